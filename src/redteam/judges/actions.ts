import { requireRole } from '../../context/actor.ts';
import { type Context, reader, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { textDigest } from '../../judging/text.ts';
import { appendEvent, asJson } from '../../ledger/actions.ts';
import { linesReport, readLines, recordDigest, sortLines } from '../lines.ts';
import { probesDigest } from '../probes/probe.ts';
import { probedPrompts } from '../probes/store.ts';
import { readers, runners } from '../roles.ts';
import type { LinesReport } from '../schema.ts';
import { readArtefact } from './classifier/artefact.ts';
import { gatesOf } from './gate.ts';
import type { Judge, JudgeOptions } from './judge.ts';
import { makeJudge, openStored, storedJudge } from './make-judge.ts';
import { measureJudge } from './measure-judge.ts';
import {
  type CalibrateInput,
  type ImportLabelsInput,
  type JudgeGates,
  JudgeLabel,
  type JudgeRecord,
  kindOf,
  queueDataset,
  type RowDigest,
} from './schema.ts';
import { insertJudge, insertLabels, knownLabels, listJudges, queueLabels, readLabels } from './store.ts';

/** Stores labelled replies of a data set. A label whose prompt is a probe or its twin is refused, line by line. */
export async function importLabels(ctx: Context, input: ImportLabelsInput): Promise<LinesReport> {
  requireRole(ctx.actor, ...runners);
  if (input.dataset === queueDataset)
    throw new AppError(
      'invalid_input',
      `"${queueDataset}" is the name of the labels given in the queue; choose another.`,
    );
  const { good, refused } = readLines(input.labels, JudgeLabel);
  return transact(ctx, async (ctx) => {
    const probed = await probedPrompts(
      ctx.tx,
      good.map((one) => textDigest(one.record.prompt)),
    );
    const stored = await knownLabels(
      ctx.tx,
      input.dataset,
      good.map((one) => one.id),
    );
    const sorted = sortLines(good, stored, (label) =>
      probed.has(textDigest(label.prompt))
        ? 'its prompt is a probe or its twin: the judge would be shown what it must judge'
        : undefined,
    );
    if (sorted.fresh.length > 0) {
      const rows = sorted.fresh.map(({ record: label, sha256 }) => ({
        label,
        sha256,
        promptSha256: textDigest(label.prompt),
      }));
      await insertLabels(ctx.tx, input.dataset, rows, { by: ctx.actor.id, at: ctx.clock.now() });
      const digests = sorted.fresh.map((one) => one.sha256);
      await appendEvent(ctx, {
        type: 'labels.imported',
        data: { dataset: input.dataset, judgeLabels: digests.length, sha256: probesDigest(digests) },
      });
    }
    return linesReport(sorted.fresh.length, sorted.already, [...refused, ...sorted.refused]);
  });
}

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
