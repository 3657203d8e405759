import { requireRole } from '../../context/actor.ts';
import { type Context, reader, transact } from '../../context/context.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { AppError } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import { appendEvent } from '../../ledger/actions.ts';
import type { RewardReply, RewardRequest } from '../schema.ts';
import { insertJudgments, type Judgment, readJudgments, readTrainingRun } from '../store.ts';

/** The judge behind a run's rewards: a trained reward model, named so that each judgment says whose it is. */
export type RewardJudge = { name: string; directory: string };

/**
 * Scores a batch for a run in training. Each judgment is stored under its sample's id, so that a repeated request gets
 * the same numbers; what cannot be scored is null with a reason. One event per batch commits to all its judgments.
 */
export async function scoreBatch(ctx: Context, judge: RewardJudge, request: RewardRequest): Promise<RewardReply> {
  requireRole(ctx.actor, 'engineer');
  const run = await readTrainingRun(reader(ctx), request.run_id);
  if (run === undefined) throw new AppError('not_found', `There is no training run ${request.run_id}.`);
  const known = await readJudgments(
    reader(ctx),
    run.id,
    request.samples.map((sample) => sample.id),
  );
  const fresh = request.samples.filter((sample) => !known.has(sample.id));
  const judgments = await judgeAll(ctx, judge, request.step, fresh);
  if (judgments.length > 0)
    await transact(ctx, async (ctx) => {
      await insertJudgments(ctx.tx, run.id, ctx.clock.now(), judgments);
      await appendEvent(ctx, {
        type: 'rewards.judged',
        data: {
          run: run.name,
          step: request.step,
          judge: judge.name,
          samples: judgments.length,
          unscored: judgments.filter((one) => one.score === null).length,
          sha256: sha256Hex(canonicalJson(judgments.map((one) => ({ ...one, reason: one.reason ?? null })))),
        },
      });
    });
  const scores = new Map([...known, ...judgments.map((one) => [one.sampleId, one.score] as const)]);
  const rewards = request.samples.map((sample) => scores.get(sample.id) ?? null);
  return {
    rewards,
    scores: rewards.map((reward) => (reward === null ? null : 1 / (1 + Math.exp(-reward)))),
    extra: request.samples.map((sample) => ({ cached: known.has(sample.id) ? 1 : 0 })),
    usage: {
      judged: judgments.length,
      cached: request.samples.length - fresh.length,
      unscored: rewards.filter((reward) => reward === null).length,
    },
  };
}

async function judgeAll(
  ctx: Context,
  judge: RewardJudge,
  step: number,
  samples: RewardRequest['samples'],
): Promise<Judgment[]> {
  const prompts = samples.map((sample) =>
    typeof sample.prompt === 'string' ? [{ role: 'user', content: sample.prompt }] : sample.prompt,
  );
  const scorable = samples.map((sample) => sample.completion.trim() !== '');
  const asked = samples.flatMap((sample, index) =>
    scorable[index] === true ? [{ prompt: prompts[index] ?? [], completion: sample.completion }] : [],
  );
  const scores = asked.length === 0 ? [] : await ctx.scorer.reward(judge.directory, asked);
  let next = 0;
  return samples.map((sample, index) => {
    const empty = scorable[index] !== true;
    const score = empty ? null : (scores[next++] ?? null);
    const reason = empty ? 'empty completion' : 'the reward model gave no finite score';
    return {
      sampleId: sample.id,
      step,
      group: sample.group,
      promptSha256: sha256Hex(canonicalJson(prompts[index] ?? [])),
      completion: sample.completion,
      score,
      ...(score === null ? { reason } : {}),
      judge: judge.name,
    };
  });
}
