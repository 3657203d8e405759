import { randomUUID } from 'node:crypto';
import { requireRole } from '../context/actor.ts';
import { type Context, type TxContext, transact } from '../context/context.ts';
import { canonicalBytes, canonicalJson } from '../core/canonical-json.ts';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import { appendEvent, asJson } from '../ledger/actions.ts';
import { makers, notFound } from './access.ts';
import type { StudyDesign } from './design-schema.ts';
import type { ImportRatings, ImportReport, ImportResponses, RatingRow, ResponseRow } from './schema.ts';
import type { SealedDesign } from './sealed-design.ts';
import * as store from './store.ts';
import { insertRatings, readRatings, type StoredRating } from './store-rating.ts';

type Place = { arm: string; vignette: string; person: number };

const placeOf = ({ arm, vignette, person }: Place): string => canonicalJson([arm, person, vignette]);

/** Problems of where a row belongs, each with its line and column. */
function placeProblems({ line, arm, vignette, person }: Place & { line: number }, design: StudyDesign): string[] {
  const problems: string[] = [];
  const found = design.arms.find((one) => one.id === arm);
  if (found === undefined)
    problems.push(
      `line ${line}, column arm: there is no arm "${arm}" (arms: ${design.arms.map((one) => one.id).join(', ')})`,
    );
  else if (person > found.people)
    problems.push(
      `line ${line}, column person: ${person}, but the arm "${arm}" has ${found.people} ${found.people === 1 ? 'person' : 'people'}`,
    );
  if (!design.vignettes.some((one) => one.id === vignette))
    problems.push(`line ${line}, column vignette: the design has no vignette "${vignette}"`);
  return problems;
}

const mostTold = 20;

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const more = problems.length > mostTold ? `; and ${problems.length - mostTold} more` : '';
  throw new AppError(
    'invalid_input',
    `Nothing was imported: ${problems.slice(0, mostTold).join('; ')}${more}. Mend the rows and import the file again.`,
  );
}

/** Adds responses to a study that is not open yet. What is there already with the same text is left alone; another text is refused. */
export async function importResponses(ctx: Context, id: string, { rows }: ImportResponses): Promise<ImportReport> {
  requireRole(ctx.actor, ...makers);
  return transact(ctx, async (ctx) => {
    const { design } = (await lockedStudy(ctx, id)).sealed;
    const known = new Map((await store.readResponses(ctx.tx, id)).map((one) => [placeOf(one), one.text]));
    const { fresh, same, problems } = sortRows(rows, (row) => ({
      place: placeOf(row),
      stored: known.get(placeOf(row)),
      given: row.text,
      problems: placeProblems(row, design),
      what: `the response of ${row.arm} (person ${row.person}) to ${row.vignette}`,
    }));
    refuse(problems);
    if (fresh.length > 0 && (await store.readSteps(ctx.tx, id)).opened !== undefined)
      throw new AppError('conflict', `The study ${id} is open: its responses are fixed.`);
    const responses = fresh.map((row) => storedResponse(row));
    if (responses.length > 0)
      await store.insertResponses(ctx.tx, id, responses, { by: ctx.actor.id, at: ctx.clock.now() });
    return { added: responses.length, same };
  });
}

function storedResponse({ arm, vignette, person, text, author }: ResponseRow): store.StoredResponse {
  return { id: randomUUID(), arm, vignette, person, text, ...(author === undefined ? {} : { author }) };
}

async function lockedStudy(ctx: TxContext, id: string): Promise<store.StudyRow> {
  const study = await store.lockStudy(ctx.tx, id);
  if (study === undefined) throw notFound(id);
  return study;
}

type Sorted<Row> = { fresh: Row[]; same: number; problems: string[] };
type Judged = { place: string; stored: string | undefined; given: string; problems: string[]; what: string };

/** Rows that are new, how many are there already, and what is wrong; a row that contradicts another one is a problem. */
function sortRows<Row extends { line: number }>(rows: readonly Row[], judge: (row: Row) => Judged): Sorted<Row> {
  const sorted: Sorted<Row> = { fresh: [], same: 0, problems: [] };
  const seen = new Map<string, { given: string; line: number }>();
  for (const row of rows) {
    const { place, stored, given, problems, what } = judge(row);
    sorted.problems.push(...problems);
    const before = seen.get(place);
    seen.set(place, before ?? { given, line: row.line });
    if (problems.length > 0) continue;
    if (before !== undefined && before.given !== given)
      sorted.problems.push(`line ${row.line}: ${what} stands in line ${before.line} with other content`);
    else if (stored !== undefined && stored !== given)
      sorted.problems.push(`line ${row.line}: ${what} was imported before with other content, and is never changed`);
    else if (before !== undefined || stored !== undefined) sorted.same += 1;
    else sorted.fresh.push(row);
  }
  return sorted;
}

/**
 * Adds ratings that were made elsewhere to an open study, marked as imported, with one event for all of them. The log then shows
 * when they were imported, not when they were made.
 */
export async function importRatings(ctx: Context, id: string, { rows }: ImportRatings): Promise<ImportReport> {
  requireRole(ctx.actor, ...makers);
  return transact(ctx, async (ctx) => {
    const study = await lockedStudy(ctx, id);
    const steps = await store.readSteps(ctx.tx, id);
    if (steps.opened === undefined)
      throw new AppError(
        'conflict',
        `The study ${id} is not open for ratings: it must be registered and opened before the first one.`,
      );
    const responses = new Map((await store.readResponses(ctx.tx, id)).map((one) => [placeOf(one), one.id]));
    const known = new Map((await readRatings(ctx.tx, id)).map((one) => [`${one.response} ${one.rater}`, one]));
    const { fresh, same, problems } = sortRows(rows, (row) => {
      const response = responses.get(placeOf(row));
      const stored = known.get(`${response} ${row.rater}`);
      return {
        place: `${placeOf(row)} ${row.rater}`,
        stored: stored === undefined ? undefined : contentOf(stored),
        given: contentOf(row),
        problems: ratingProblems(row, study.sealed, response),
        what: `the rating by ${row.rater} of ${row.arm} (person ${row.person}) on ${row.vignette}`,
      };
    });
    refuse(problems);
    if (fresh.length === 0) return { added: 0, same };
    if (steps.closed !== undefined) throw new AppError('conflict', `The study ${id} is closed.`);
    const content = fresh.map(({ line: _, ...row }) => asJson(row));
    const event = {
      study: id,
      digest: study.digest,
      ratings: fresh.length,
      sha256: sha256Hex(canonicalBytes(content)),
    };
    const { seq } = await appendEvent(ctx, { type: 'study.ratings-imported', data: event });
    const at = ctx.clock.now().toISOString();
    await insertRatings(
      ctx.tx,
      id,
      fresh.map((row) => storedRating(row, responses.get(placeOf(row)) ?? '', { at, eventSeq: seq })),
    );
    return { added: fresh.length, same };
  });
}

/** What makes two ratings of one response by one rater the same. */
function contentOf({ scores, seconds, recognised, note }: RatingRow | StoredRating): string {
  return canonicalJson({ scores, seconds: seconds ?? null, recognised, note: note ?? null });
}

function ratingProblems(row: RatingRow, { design, axes }: SealedDesign, response: string | undefined): string[] {
  const problems = placeProblems(row, design);
  if (problems.length === 0 && response === undefined)
    problems.push(`line ${row.line}: ${row.arm} (person ${row.person}) has no response to ${row.vignette}`);
  for (const { id } of axes) {
    const score = row.scores[id];
    if (score === undefined) problems.push(`line ${row.line}, column ${id}: the score is missing`);
    else if (!Number.isInteger(score) || score < 1 || score > 5)
      problems.push(`line ${row.line}, column ${id}: ${score} is no score from 1 to 5`);
  }
  const unknown = Object.keys(row.scores).filter((id) => !axes.some((axis) => axis.id === id));
  for (const id of unknown)
    problems.push(
      `line ${row.line}, column ${id}: the study has no such axis (${axes.map((axis) => axis.id).join(', ')})`,
    );
  return problems;
}

function storedRating(
  row: RatingRow,
  response: string,
  { at, eventSeq }: { at: string; eventSeq: number },
): StoredRating {
  const { rater, scores, seconds, recognised, note } = row;
  return {
    response,
    rater,
    scores,
    recognised,
    imported: true,
    at,
    eventSeq,
    ...(seconds === undefined ? {} : { seconds }),
    ...(note === undefined ? {} : { note }),
  };
}
