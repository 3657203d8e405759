import { type Role, requireRole } from '../context/actor.ts';
import { type Context, reader, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { appendEvent, asJson } from '../ledger/actions.ts';
import { readArtefact, writeArtefact } from './artefact.ts';
import type { Judge, JudgeOptions } from './judge.ts';
import { classifierCard, llmCard } from './judge-card.ts';
import type { CalibrateInput, JudgeLabel, JudgeRecord, LlmDefinition, RowDigest } from './judge-schema.ts';
import { recordDigest } from './lines.ts';
import { llmDefinition, llmJudgeId, measureLlmJudge, openLlmJudge } from './llm-judge.ts';
import { insertJudge, listJudges, readJudge, readLabels, type StoredJudge } from './store.ts';
import { openTrainedJudge, trainClassifier } from './trained-judge.ts';

const runners: Role[] = ['red-teamer', 'engineer'];
const readers: Role[] = ['engineer', 'red-teamer', 'steward', 'release-approver', 'auditor'];

/** Enqueues the calibration of a judge. */
export async function startCalibration(ctx: Context, input: CalibrateInput): Promise<{ job: string }> {
  requireRole(ctx.actor, ...runners);
  if (input.endpoint !== undefined) ctx.models.require(input.endpoint);
  return transact(ctx, async (ctx) => ({
    job: await ctx.jobs.enqueue(ctx.tx, 'redteam', { task: 'calibration', calibration: input }, ctx.actor.id),
  }));
}

/**
 * Trains the classifier, or opens the LLM judge, measures it on the labels of split `calibration` and records it. The same
 * labels and seed give the same judge; it is recorded once. Throws `not_found` for a data set without labels.
 */
export async function calibrateJudge(
  ctx: Context,
  input: CalibrateInput,
  options: JudgeOptions = {},
): Promise<JudgeRecord> {
  requireRole(ctx.actor, ...runners);
  const labels = await readLabels(reader(ctx), input.dataset);
  if (labels.length === 0)
    throw new AppError('not_found', `There are no labels in the data set "${input.dataset}"; import them first.`);
  const { record, definition } =
    input.endpoint === undefined
      ? { record: await classifierRecord(ctx, input, labels), definition: undefined }
      : await llmRecord(ctx, { ...input, endpoint: input.endpoint }, labels, options);
  return transact(ctx, async (ctx) => {
    if (await insertJudge(ctx.tx, record, definition)) {
      await appendEvent(ctx, {
        type: 'judge.calibrated',
        data: { ...asJson(record), labels: labels.length, labelsSha256: recordDigest({ labels }) },
      });
    }
    return judgeOf(ctx, record.id);
  });
}

async function classifierRecord(
  ctx: Context,
  input: CalibrateInput,
  labels: readonly JudgeLabel[],
): Promise<JudgeRecord> {
  const { artefact, heldOut } = await trainClassifier(ctx.scorer, input, labels);
  return {
    id: await writeArtefact(ctx.workspace, artefact),
    name: input.name,
    kind: 'classifier',
    dataset: input.dataset,
    lineage: artefact.lineage,
    trainingRows: artefact.trainingRows.length,
    trainingRowsSha256: recordDigest({ rows: artefact.trainingRows }),
    heldOut,
    card: classifierCard(artefact, labels),
    createdBy: ctx.actor.id,
    createdAt: ctx.clock.now().toISOString(),
  };
}

async function llmRecord(
  ctx: Context,
  input: CalibrateInput & { endpoint: string },
  labels: readonly JudgeLabel[],
  options: JudgeOptions,
): Promise<{ record: JudgeRecord; definition: LlmDefinition }> {
  const client = await ctx.models.client(input.endpoint);
  const definition = llmDefinition(client, { ...input, lineage: input.lineage ?? [] });
  const heldOut = await measureLlmJudge(ctx, openLlmJudge(definition), labels, options);
  const record: JudgeRecord = {
    id: llmJudgeId(definition),
    name: input.name,
    kind: 'llm',
    dataset: input.dataset,
    endpoint: input.endpoint,
    lineage: definition.lineage,
    trainingRows: 0,
    trainingRowsSha256: recordDigest({ rows: [] }),
    heldOut,
    card: llmCard(definition, labels),
    createdBy: ctx.actor.id,
    createdAt: ctx.clock.now().toISOString(),
  };
  return { record, definition };
}

/** The record of a judge by digest, or the latest of a name; for callers that hold a right of their own to it. */
export async function judgeOf(ctx: Context, idOrName: string): Promise<JudgeRecord> {
  return (await storedJudge(ctx, idOrName)).record;
}

async function storedJudge(ctx: Context, idOrName: string): Promise<StoredJudge> {
  const stored = await readJudge(reader(ctx), idOrName);
  if (stored === undefined)
    throw new AppError('not_found', `There is no judge "${idOrName}". Make one with "safemed judge calibrate".`);
  return stored;
}

/** A judge, ready to judge. */
export async function openJudge(ctx: Context, idOrName: string): Promise<Judge> {
  const { record, definition } = await storedJudge(ctx, idOrName);
  return definition === undefined ? openTrainedJudge(ctx, record.id) : openLlmJudge(definition);
}

export async function getJudge(ctx: Context, idOrName: string): Promise<JudgeRecord> {
  requireRole(ctx.actor, ...readers);
  return judgeOf(ctx, idOrName);
}

/** Judges, newest first. */
export async function recentJudges(ctx: Context, limit: number): Promise<JudgeRecord[]> {
  requireRole(ctx.actor, ...readers);
  return listJudges(reader(ctx), limit);
}

/**
 * Digests of the labelled rows that a judge was trained on, by which it is shown that it shares none with a reward model:
 * compare with `exchangeDigest` and `textDigest` of the other rows. Empty for an LLM judge, which is not trained here.
 */
export async function trainingRowDigests(ctx: Context, judge: string): Promise<RowDigest[]> {
  const { record, definition } = await storedJudge(ctx, judge);
  return definition === undefined ? (await readArtefact(ctx.workspace, record.id)).trainingRows : [];
}
