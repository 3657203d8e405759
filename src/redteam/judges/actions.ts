import { type Role, requireRole } from '../../context/actor.ts';
import { type Context, reader, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { appendEvent, asJson } from '../../ledger/actions.ts';
import { queueLabels } from '../disagreements/store.ts';
import { recordDigest } from '../lines.ts';
import { insertJudge, listJudges, readLabels } from '../probes/store.ts';
import { readArtefact } from './classifier/artefact.ts';
import { gatesOf } from './gate.ts';
import type { Judge, JudgeOptions } from './judge.ts';
import { makeJudge, openStored, storedJudge } from './make-judge.ts';
import { measureJudge } from './measure-judge.ts';
import {
  type CalibrateInput,
  type JudgeGates,
  type JudgeLabel,
  type JudgeRecord,
  kindOf,
  queueDataset,
  type RowDigest,
} from './schema.ts';

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
 * Makes a judge of any kind, measures it on the labels of split `calibration` and records it. The same labels and seed give
 * the same judge; it is recorded once. Throws `not_found` for a data set without labels.
 */
export async function calibrateJudge(
  ctx: Context,
  input: CalibrateInput,
  options: JudgeOptions = {},
): Promise<JudgeRecord> {
  requireRole(ctx.actor, ...runners);
  const labels = await labelsOf(ctx, input.dataset);
  if (labels.length === 0)
    throw new AppError('not_found', `There are no labels in the data set "${input.dataset}"; import them first.`);
  const { judge, made, definition } = await makeJudge(ctx, input, labels);
  const record: JudgeRecord = {
    ...made,
    id: judge.id,
    name: input.name,
    kind: kindOf(input),
    answers: [...judge.answers],
    dataset: input.dataset,
    ...(await measureJudge(ctx, judge, labels, options)),
    createdBy: ctx.actor.id,
    createdAt: ctx.clock.now().toISOString(),
  };
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

/** The labels of a data set; those of the queue are what clinicians said of judgments that judges disagreed on. */
function labelsOf(ctx: Context, dataset: string): Promise<JudgeLabel[]> {
  return dataset === queueDataset ? queueLabels(reader(ctx)) : readLabels(reader(ctx), dataset);
}

/** The record of a judge by digest, or the latest of a name; for callers that hold a right of their own to it. */
export async function judgeOf(ctx: Context, idOrName: string): Promise<JudgeRecord> {
  return (await storedJudge(ctx, idOrName)).record;
}

/** A judge, ready to judge. */
export async function openJudge(ctx: Context, idOrName: string): Promise<Judge> {
  return openStored(ctx, await storedJudge(ctx, idOrName));
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

/** Whether a judge may give headline figures under the profile's gate, and why not. */
export async function judgeGates(ctx: Context, idOrName: string): Promise<JudgeGates> {
  requireRole(ctx.actor, ...readers);
  return gatesOf(await judgeOf(ctx, idOrName), ctx.profile.redTeamJudges.gate);
}

/**
 * Digests of the labelled rows that a judge was trained on, by which it is shown that it shares none with a reward model:
 * compare with `exchangeDigest` and `textDigest` of the other rows. Empty for a judge that is not trained here.
 */
export async function trainingRowDigests(ctx: Context, judge: string): Promise<RowDigest[]> {
  const { record, definition } = await storedJudge(ctx, judge);
  if (definition === undefined) return (await readArtefact(ctx.workspace, record.id)).trainingRows;
  if (definition.format === 'safemed-reward-judge/1') return definition.trainingRows;
  if (definition.format !== 'safemed-jury/1') return [];
  const rows: RowDigest[] = [];
  for (const member of definition.members) rows.push(...(await trainingRowDigests(ctx, member.id)));
  return rows;
}
