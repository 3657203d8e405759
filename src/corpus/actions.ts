import { requireRole } from '../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../context/context.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import { appendEvent, asJson } from '../ledger/actions.ts';
import { answerIdentity, questionIdentity } from './identity.ts';
import type { ImportResult, StartImport } from './import-schema.ts';
import type { ImportReport, Question } from './schema.ts';
import {
  type CorpusCount,
  countDimensions,
  countQuestions,
  deleteQuestion,
  excludeBenchmarkOverlap,
  insertImport,
  insertQuestions,
  knownIdentities,
  questionPage,
  readImport,
  readQuestion,
  type StoredQuestion,
  screeningPage,
  updateScreened,
} from './store.ts';

/** Enqueues the import of an upload. */
export async function startImport(ctx: Context, input: StartImport): Promise<{ job: string }> {
  requireRole(ctx.actor, 'engineer', 'steward');
  return transact(ctx, async (ctx) => ({ job: await ctx.jobs.enqueue(ctx.tx, 'corpus', input, ctx.actor.id) }));
}

/** What became of a batch: how many were stored, ids that another question has, and ids whose question has another answer. */
export type Stored = { imported: number; taken: string[]; contradicting: string[] };

/** One pass over an import's questions: which contents it has met, with the identities of their answers. */
export type ImportPass = { importId: string; benchmark: boolean; met: Map<string, string | undefined> };

/** Stores the questions that the corpus does not hold yet, by id and by content. */
export async function storeQuestions(ctx: TxContext, pass: ImportPass, questions: Question[]): Promise<Stored> {
  requireRole(ctx.actor, 'engineer', 'steward');
  const { importId, benchmark, met } = pass;
  const rows: StoredQuestion[] = [];
  const contradicting: string[] = [];
  for (const question of questions) {
    const identity = questionIdentity(question);
    const answer = answerIdentity(question);
    if (!met.has(identity)) rows.push({ question, identity, answer, groupKey: question.group ?? identity });
    else if (met.get(identity) !== answer) contradicting.push(question.id);
    if (!met.has(identity)) met.set(identity, answer);
  }
  const known = await knownIdentities(
    ctx.tx,
    rows.map((row) => row.identity),
    benchmark,
  );
  const fresh: StoredQuestion[] = [];
  let before = 0;
  for (const row of rows) {
    const first = known.get(row.identity);
    if (first === undefined) fresh.push(row);
    // stored by this very import before it was interrupted
    else if (first.importId === importId) before++;
    else if (first.answer !== (row.answer ?? null)) contradicting.push(row.question.id);
  }
  const inserted = new Set(await insertQuestions(ctx.tx, importId, benchmark, fresh));
  const taken = fresh.filter((row) => !inserted.has(row.question.id)).map((row) => row.question.id);
  return { imported: before + inserted.size, taken, contradicting };
}

/** The result of an import that was closed before; undefined while it is open. */
export async function closedImport(ctx: Context, id: string): Promise<ImportResult | undefined> {
  const report = await readImport(reader(ctx), id);
  return report === undefined ? undefined : { ...report, excluded: 0 };
}

/** Closes an import: its report, its event, and the exclusion of questions that a benchmark holds as well. */
export async function recordImport(ctx: Context, id: string, report: ImportReport): Promise<ImportResult> {
  return transact(ctx, async (ctx) => {
    const excluded = await excludeBenchmarkOverlap(ctx.tx);
    const before = await readImport(ctx.tx, id);
    if (before !== undefined) return { ...before, excluded };
    await insertImport(ctx.tx, { id, dataset: report.dataset, report, by: ctx.actor.id, at: ctx.clock.now() });
    await appendEvent(ctx, {
      type: 'corpus.imported',
      data: {
        import: id,
        dataset: report.dataset,
        counts: report.counts,
        excluded,
        files: report.files.map((file) =>
          asJson({ path: file.path, sha256: file.sha256, format: file.format, rows: file.rows }),
        ),
      },
    });
    return { ...report, excluded };
  });
}

/** Enqueues a screening of the whole corpus. */
export async function startScreening(ctx: Context): Promise<{ job: string }> {
  requireRole(ctx.actor, 'engineer', 'steward');
  return transact(ctx, async (ctx) => ({
    job: await ctx.jobs.enqueue(ctx.tx, 'corpus', { screen: true }, ctx.actor.id),
  }));
}

export async function pageForScreening(
  ctx: Context,
  filter: { benchmark: boolean; after: string | undefined; limit: number },
): Promise<{ question: Question; group: string }[]> {
  requireRole(ctx.actor, 'engineer', 'steward');
  return screeningPage(reader(ctx), filter);
}

export type ScreeningUpdate = { id: string; exclude?: string; group?: string };

/** Records what a screening decided of some questions; one event names all that it excludes. */
export async function recordScreening(ctx: Context, updates: ScreeningUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  const excluded = updates.flatMap(({ id, exclude }) =>
    exclude === undefined ? [] : [{ question: id, reason: exclude }],
  );
  await transact(ctx, async (ctx) => {
    await updateScreened(ctx.tx, updates);
    if (excluded.length > 0) await appendEvent(ctx, { type: 'corpus.screened', data: { excluded } });
  });
}

/** One question; `not_found` when there is none. */
export async function getQuestion(ctx: Context, id: string): Promise<Question> {
  const question = await readQuestion(reader(ctx), id);
  if (question === undefined) throw new AppError('not_found', `There is no question "${id}".`);
  return question;
}

/** SHA-256 over the canonical JSON of a question: what its instance's chain commits to. */
export function questionDigest(question: Question): string {
  return sha256Hex(canonicalJson(asJson(question)));
}

/** A page of questions in the order of their ids. Risky requests are shown to those who work with them only. */
export async function listQuestions(
  ctx: Context,
  filter: { dataset?: string | undefined; set?: string | undefined; after?: string | undefined; limit: number },
): Promise<Question[]> {
  requireRole(ctx.actor, 'engineer', 'steward', 'auditor', 'red-teamer');
  return questionPage(reader(ctx), filter);
}

export type CorpusSummary = {
  counts: CorpusCount[];
  dimensions: { dimension: string; n: number }[];
};

/** What the corpus holds, counted from its rows. */
export async function corpusSummary(ctx: Context): Promise<CorpusSummary> {
  return { counts: await countQuestions(reader(ctx)), dimensions: await countDimensions(reader(ctx)) };
}

/** Deletes the question of an erased instance. */
export async function eraseQuestion(ctx: TxContext, id: string): Promise<void> {
  await deleteQuestion(ctx.tx, id);
}
