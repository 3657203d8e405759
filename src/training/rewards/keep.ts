import { type Context, reader, transact } from '../../context/context.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { sha256Hex } from '../../core/hash.ts';
import type { Tx } from '../../db/database.ts';
import { storableText } from '../../judging/text.ts';
import { appendEvent, asJson, type EventInput } from '../../ledger/actions.ts';
import { insertJudgments, type Judgment, readRewardJudgments } from './store.ts';

/** Judgments of one batch, with the context of whoever asked for them. */
export type ToKeep = { ctx: Context; judgments: Judgment[] };

type Run = { id: string; name: string };

/**
 * Stores the judgments of batches that ended together in one transaction, with one event for each step and asker that
 * commits to them. Returns per batch its rewards as they stand, which is how another process judged them if it was first.
 */
export async function keepJudgments(run: Run, batches: ToKeep[]): Promise<Judgment[][]> {
  const [first] = batches;
  if (first === undefined) return [];
  await transact(first.ctx, async (ctx) => {
    for (const group of Map.groupBy(batches, (batch) => batch.ctx.actor.id).values()) {
      const actor = group[0]?.ctx.actor ?? ctx.actor;
      const judgments = group.flatMap((batch) => batch.judgments);
      for (const [step, ofStep] of Map.groupBy(await renamed(ctx.tx, run.id, judgments), (one) => one.step)) {
        const rows = await insertJudgments(ctx.tx, run.id, ctx.clock.now(), ofStep);
        const stored = new Set(rows.map(({ sampleId, role }) => `${role} ${sampleId}`));
        const fresh = ofStep.filter(({ role, sampleId }) => stored.has(`${role} ${sampleId}`));
        if (fresh.length === 0) continue;
        await appendEvent({ ...ctx, actor }, { type: 'rewards.judged', data: judgedData(run, step, fresh) });
        for (const canary of fresh.filter((one) => one.flags.includes('canary-passed')))
          await appendEvent({ ...ctx, actor }, { type: 'rewards.canary-failed', data: canaryData(run, canary) });
      }
    }
  });
  const rewards = (batch: ToKeep): Judgment[] => batch.judgments.filter((one) => one.role === 'reward');
  const ids = batches.flatMap(rewards).flatMap((one) => [one.sampleId, claimOf(one.sampleId, one.completion)]);
  const kept = await readRewardJudgments(reader(first.ctx), run.id, ids);
  const byText = new Map(kept.map((one) => [textOf(one), one]));
  return batches.map((batch) => rewards(batch).map((one) => byText.get(textOf(one)) ?? one));
}

/** A sample's id with its text: what is claimed while it is judged, and its id where the engine's is taken. */
export function claimOf(sampleId: string, completion: string): string {
  return `${sampleId}~${sha256Hex(storableText(completion)).slice(0, 16)}`;
}

function textOf({ sampleId, completion }: Judgment): string {
  const claim = claimOf(sampleId, completion);
  return sampleId.endsWith(claim.slice(sampleId.length)) ? sampleId : claim;
}

/** An engine that resumes may write another text under the same id: such a sample gets an id of its own. */
async function renamed(tx: Tx, runId: string, judgments: readonly Judgment[]): Promise<Judgment[]> {
  const ofSamples = judgments.filter((one) => one.role !== 'canary').map((one) => one.sampleId);
  const stored = await readRewardJudgments(tx, runId, ofSamples);
  const taken = new Map(stored.map((one) => [one.sampleId, one.completion]));
  for (const one of judgments)
    if (one.role === 'reward' && !taken.has(one.sampleId)) taken.set(one.sampleId, one.completion);
  return judgments.map((one) => {
    const isTaken = one.role !== 'canary' && taken.get(one.sampleId) !== one.completion;
    return isTaken ? { ...one, sampleId: claimOf(one.sampleId, one.completion) } : one;
  });
}

function judgedData(run: Run, step: number, judgments: readonly Judgment[]): EventInput['data'] {
  const rewards = judgments.filter((one) => one.role === 'reward');
  const of = (role: Judgment['role']): Judgment[] => judgments.filter((one) => one.role === role);
  return {
    run: run.name,
    step,
    judges: [...new Map(judgments.map((one) => [one.judge, one.detail.version]))].map(([judge, version]) => ({
      judge,
      version,
    })),
    samples: rewards.length,
    unscored: rewards.filter((one) => one.score === null).length,
    flagged: rewards.filter((one) => one.flags.length > 0).length,
    heldOut: of('held-out').length,
    canaries: of('canary').length,
    sha256: sha256Hex(canonicalJson(asJson({ judgments }))),
  };
}

function canaryData(run: Run, canary: Judgment): EventInput['data'] {
  const { step, judge, score, sampleId, detail } = canary;
  return { run: run.name, step, judge, version: detail.version, canary: sampleId, score };
}
