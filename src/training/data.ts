import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Context } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { frozenRelease } from '../release/actions.ts';
import { engines } from '../release/export/engines.ts';
import { sealedRows } from '../release/export/export.ts';
import { type JsonObject, objectAt, textAt } from '../verify/fields.ts';
import { readLines } from '../verify/lines.ts';
import { refuseHeldOut } from './held-out.ts';
import { presetOf, presets } from './presets.ts';
import { chooseRows, isBenign, omittedBy, promptLine, type RowFacts, rowFacts, subjectOf } from './rows.ts';
import type { Composition, StartRun, TrainingRun, TrainingStage } from './schema.ts';

export type TrainingData = { train: string; evaluation?: string; composition: Composition };

type Release = Awaited<ReturnType<typeof frozenRelease>>;

/** A line of the engine's file with the question it is of and what is counted of it. */
type Line = {
  readonly question: string;
  readonly kind: string;
  readonly benign: boolean;
  readonly text: string;
  readonly omitted?: string;
};

type Source = {
  readonly what: 'rows' | 'pairs';
  readonly wanted: (row: JsonObject, input: StartRun) => boolean;
  readonly line: (row: JsonObject) => JsonObject;
};

/** Which lines of a release each stage trains on, and their form. */
const sources: { readonly [stage in TrainingStage]: Source } = {
  sft: { what: 'rows', wanted: () => true, line: (row) => engines['trl-sft'].line(row, nowhere) },
  dpo: { what: 'pairs', wanted: isEdit, line: (pair) => engines['trl-dpo'].line(pair, nowhere) },
  reward: { what: 'pairs', wanted: () => true, line: (pair) => engines['trl-reward'].line(pair, nowhere) },
  grpo: { what: 'rows', wanted: isPrompt, line: promptLine },
};
const nowhere = { release: '', index: 0 };

/** An edited text over the one before its edits; other pairs set two texts of the teacher against one another. */
function isEdit(pair: JsonObject): boolean {
  return textAt(pair, 'reason', 'the pair').endsWith('edited');
}

/** Guard questions, harmful and benign; knowledge questions are further benign ones where the preset mixes kinds. */
function isPrompt(row: JsonObject, input: StartRun): boolean {
  const preset = presetOf(input);
  return row.kind === 'guard' || (row.kind === 'knowledge' && preset !== undefined && presets[preset].mixKinds);
}

/** Rows of a run in an engine's form, and what they are. */
export type ChosenLines = {
  readonly train: readonly Line[];
  readonly validation: readonly Line[];
  readonly composition: Composition;
};

/**
 * The rows of a run: those of the release that its stage trains on, without those that `omit` leaves out, or of them a
 * sample drawn by the run's seed, each as `line` writes it (default: TRL's form). Pairs are measured on the validation
 * split, which is never trained on and which `omit` does not touch, so that runs with and without a part are measured
 * alike. `invalid_input` where there is nothing to train on, `check_failed` where the release holds the text of a held-out
 * probe.
 */
export async function chooseLines(
  ctx: Context,
  input: StartRun,
  line: (row: JsonObject, index: number) => JsonObject = sources[input.stage].line,
): Promise<ChosenLines> {
  const release = await frozenRelease(ctx, input.release);
  await refuseHeldOut(ctx, input.release, await questionTexts(release));
  const { train: found, validation } = await readLinesOf(release, input, line);
  if (found.length === 0)
    throw new AppError(
      'invalid_input',
      `The release "${input.release}" holds nothing to train the stage ${input.stage} on.`,
    );
  const omitted = countOmitted(input, found);
  const train = chooseRows(
    found.filter((line) => line.omitted === undefined),
    input,
  );
  const composition = {
    release: release.name,
    manifestSha256: release.manifestSha256 ?? '',
    rows: train.length,
    kinds: tally(train.map(({ kind }) => kind)),
    ...(omitted === undefined ? {} : { omitted }),
  };
  return { train, validation, composition };
}

/** Writes the rows of a run (`chooseLines`) to its directory, for the worker. */
export async function writeTrainingData(ctx: Context, run: TrainingRun, directory: string): Promise<TrainingData> {
  const { train, validation, composition } = await chooseLines(ctx, run.input);
  const out = join(directory, 'data');
  const partial = `${out}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await writeFile(join(partial, 'train.jsonl'), train.map(({ text }) => `${text}\n`).join(''));
  await writeFile(join(partial, 'validation.jsonl'), validation.map(({ text }) => `${text}\n`).join(''));
  await rm(out, { recursive: true, force: true });
  await rename(partial, out);
  return {
    train: join(out, 'train.jsonl'),
    ...(trainsOnPairs(run.stage) && validation.length > 0 ? { evaluation: join(out, 'validation.jsonl') } : {}),
    composition,
  };
}

/** The questions of a release, whatever the run takes of it: a held-out text has no place in any part of it. */
async function questionTexts(release: Release): Promise<{ id: string; text: string }[]> {
  const texts: { id: string; text: string }[] = [];
  for await (const row of sealedRows(release, 'rows'))
    texts.push({
      id: textAt(row, 'id', 'the row'),
      text: textAt(objectAt(row, 'question', 'the row'), 'text', 'question'),
    });
  return texts;
}

/** Whether a stage trains on preference pairs. */
export function trainsOnPairs(stage: TrainingStage): boolean {
  return sources[stage].what === 'pairs';
}

async function readLinesOf(
  release: Release,
  input: StartRun,
  line: (row: JsonObject, index: number) => JsonObject,
): Promise<{ train: Line[]; validation: Line[] }> {
  const source = sources[input.stage];
  const owners = source.what === 'pairs' && input.omit !== undefined ? await factsBySubject(release) : undefined;
  const lines: { train: Line[]; validation: Line[] } = { train: [], validation: [] };
  for await (const row of sealedRows(release, source.what)) {
    if (!source.wanted(row, input)) continue;
    // A pair goes with the example it is of.
    const facts = source.what === 'rows' ? rowFacts(row) : owners?.get(subjectOf(row));
    const omitted = facts === undefined ? undefined : omittedBy(input.omit, facts);
    const place = lines[row.split === 'train' ? 'train' : 'validation'];
    const id = textAt(row, 'id', 'the row');
    place.push({
      question: source.what === 'pairs' ? questionOfPair(id) : id,
      kind: textAt(row, 'kind', 'the row'),
      benign: source.what === 'rows' && isBenign(row),
      text: JSON.stringify(line(row, place.length)),
      ...(omitted === undefined ? {} : { omitted }),
    });
  }
  return lines;
}

async function factsBySubject(release: Release): Promise<Map<string, RowFacts>> {
  const found = new Map<string, RowFacts>();
  for await (const row of sealedRows(release, 'rows')) found.set(subjectOf(row), rowFacts(row));
  return found;
}

/** How many training rows each term took out; `invalid_input` for one that took none, and if all are gone. */
function countOmitted({ omit, release }: StartRun, found: readonly Line[]): Composition['omitted'] {
  if (omit === undefined) return undefined;
  const counts = tally(found.flatMap((line) => line.omitted ?? []));
  const all = found.length === Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (all)
    throw new AppError(
      'invalid_input',
      `Omitting "${omit}" leaves out all ${found.length} training rows of "${release}": there is nothing to train on.`,
    );
  const idle = omit.split(',').find((term) => counts[term] === undefined);
  if (idle !== undefined)
    throw new AppError(
      'invalid_input',
      `Omitting "${idle}" leaves out none of the ${found.length} training rows of "${release}"` +
        `${omit === idle ? '' : ' that the other terms leave'}: the run would be the one without it.`,
    );
  return counts;
}

/** How often each name comes. */
export function tally(names: readonly string[]): { [name: string]: number } {
  const counts: { [name: string]: number } = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const Row = z.object({ id: z.string() });

/** Ids of the questions behind the rows of a stage's file, without rows that were left out for their length. */
export async function trainedQuestions(
  file: string,
  stage: TrainingStage,
  leftOut: readonly string[],
): Promise<string[]> {
  const ids = new Set<string>();
  for await (const { bytes } of readLines(file, file)) ids.add(Row.parse(JSON.parse(bytes.toString('utf8'))).id);
  for (const id of leftOut) ids.delete(id);
  const questions = trainsOnPairs(stage) ? [...ids].map(questionOfPair) : [...ids];
  return [...new Set(questions)].sort();
}

/** Pairs are called <question>/<round>. */
function questionOfPair(id: string): string {
  return id.replace(/\/\d+$/, '');
}

/** Takes the lines of these questions out of what was written for a run; its files may be gone already. */
export async function dropQuestions(directory: string, questions: ReadonlySet<string>): Promise<void> {
  for (const name of ['train.jsonl', 'validation.jsonl']) {
    const path = join(directory, 'data', name);
    if (!existsSync(path)) continue;
    const kept = await open(`${path}.kept`, 'w');
    let dropped = 0;
    try {
      for await (const { bytes } of readLines(path, path)) {
        const line = bytes.toString('utf8');
        const { id } = Row.parse(JSON.parse(line));
        if (questions.has(id) || questions.has(questionOfPair(id))) dropped++;
        else await kept.write(`${line}\n`);
      }
    } finally {
      await kept.close();
    }
    if (dropped === 0) await rm(`${path}.kept`);
    else await rename(`${path}.kept`, path);
  }
}
