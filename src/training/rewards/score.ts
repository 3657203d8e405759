import { requireRole } from '../../context/actor.ts';
import { type Context, reader } from '../../context/context.ts';
import { AppError, messageOf } from '../../core/error.ts';
import { spread } from '../../judging/jury.ts';
import { storableText } from '../../judging/text.ts';
import { getTrainingRun, markRunning } from '../actions.ts';
import { endedElsewhere } from '../external.ts';
import { externalLauncher } from '../launch/schema.ts';
import { judgeBatch, type Sample } from './judge-batch.ts';
import { claimOf } from './keep.ts';
import type { RewardExtra, RewardReply, RewardRequest } from './schema.ts';
import { canaryStop, type RunScoring, scoringOf } from './scoring.ts';
import { type Judgment, readRewardJudgments } from './store.ts';

/** Engines give up after 180 s (OpenRLHF) or later; an answer that takes longer is fetched by asking again. */
const answerWithinMs = 170_000;

/**
 * Scores a batch for a run by the judge that its definition names. A sample that was judged before, or is being judged,
 * gets that judgment; what cannot be scored is null with a reason. `unavailable` where the judge cannot be reached or is
 * slower than the deadline (judging goes on, the same request later finds the scores), `incomplete` where the run's budget
 * is spent.
 */
export async function scoreBatch(
  ctx: Context,
  request: RewardRequest,
  options: { withinMs?: number } = {},
): Promise<RewardReply> {
  requireRole(ctx.actor, 'engineer');
  const scoring = await scoringOf(ctx, request.run_id);
  if (scoring.stopped !== undefined) throw scoring.stopped;
  await beginElsewhere(ctx, scoring.run.id);
  const { settled, fresh } = settle(ctx, scoring, request);
  const judgments = await within(options.withinMs ?? answerWithinMs, settled).catch((error: unknown) => {
    throw forEngines(error);
  });
  if (scoring.stopped !== undefined) throw scoring.stopped;
  return replyOf(scoring, judgments, await fresh);
}

/** A run elsewhere runs from its first reward on, and gets none when it is over. */
async function beginElsewhere(ctx: Context, id: string): Promise<void> {
  const run = await getTrainingRun(ctx, id);
  const ended = endedElsewhere(run);
  if (ended !== undefined) throw ended;
  if (run.input.launcher === externalLauncher && run.state === 'specified') await markRunning(ctx, id);
}

type Outcome = { judgment: Judgment; cached: boolean };

/** Claims what nobody judges yet, in one go and before anything is awaited, so that two equal requests judge once. */
function settle(
  ctx: Context,
  scoring: RunScoring,
  request: RewardRequest,
): { settled: Promise<Judgment[]>; fresh: Promise<ReadonlySet<Judgment>> } {
  const { pending } = scoring;
  const keys = request.samples.map(claimKey);
  const claimed = request.samples.filter((_, index) => {
    const key = keys[index] ?? '';
    return !pending.has(key) && keys.indexOf(key) === index;
  });
  const work = judgeClaimed(ctx, scoring, request, claimed);
  for (const sample of claimed) {
    const key = claimKey(sample);
    const one = work
      .then((outcomes) => outcomes.get(key)?.judgment ?? missing(sample))
      .finally(() => pending.delete(key));
    one.catch(() => undefined); // whoever waits sees the error; nobody may be left
    pending.set(key, one);
  }
  const fresh = work.then((outcomes) => new Set([...outcomes.values()].filter(isFresh).map((one) => one.judgment)));
  fresh.catch(() => undefined);
  return { settled: Promise.all(keys.map((key) => pending.get(key) ?? missing(key))), fresh };
}

const isFresh = (outcome: Outcome): boolean => !outcome.cached;

function missing(of: unknown): never {
  throw new AppError('internal', `A sample of the batch was not judged: ${JSON.stringify(of).slice(0, 100)}.`);
}

const claimKey = ({ id, completion }: Sample): string => claimOf(id, completion);

async function judgeClaimed(
  ctx: Context,
  scoring: RunScoring,
  request: RewardRequest,
  claimed: readonly Sample[],
): Promise<Map<string, Outcome>> {
  if (claimed.length === 0) return new Map();
  const ids = claimed.flatMap((sample) => [sample.id, claimKey(sample)]);
  const known = await readRewardJudgments(reader(ctx), scoring.run.id, ids);
  const byId = new Map(known.map((one) => [one.sampleId, one]));
  const outcomes = new Map<string, Outcome>();
  const open: Sample[] = [];
  for (const sample of claimed) {
    const text = storableText(sample.completion);
    const stored = [byId.get(sample.id), byId.get(claimKey(sample))].find((one) => one?.completion === text);
    if (stored !== undefined) outcomes.set(claimKey(sample), { judgment: stored, cached: true });
    else open.push(sample);
  }
  if (open.length === 0) return outcomes;
  const judgments = await judgeBatch(ctx, scoring, request, open);
  const kept = await scoring.keep.submit({ ctx, judgments });
  const passed = judgments.find((one) => one.flags.includes('canary-passed'));
  if (passed !== undefined) {
    ctx.log('warn', `The judge ${passed.judge} of the run ${scoring.run.name} let a canary pass.`);
    if (scoring.definition.stopOnCanary) scoring.stopped = canaryStop(scoring.run.name, passed);
  }
  // both are in the order of the samples
  for (const [index, sample] of open.entries()) {
    const judgment = kept[index];
    if (judgment !== undefined) outcomes.set(claimKey(sample), { judgment, cached: false });
  }
  return outcomes;
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new AppError(
            'unavailable',
            `The judge has not finished this batch within ${ms / 1000} s. It goes on; send the same request again to get its scores.`,
          ),
        ),
      ms,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Engines do not understand 429, and a judge's trouble is none of the request's: both become `unavailable`. */
function forEngines(error: unknown): unknown {
  if (error instanceof AppError && error.code !== 'rate_limited' && error.code !== 'not_found') return error;
  if (error instanceof AppError)
    return new AppError('unavailable', error.message, { cause: error, details: error.details });
  return new AppError('internal', `The batch could not be judged: ${messageOf(error)}`, { cause: error });
}

function replyOf({ judge }: RunScoring, judgments: readonly Judgment[], fresh: ReadonlySet<Judgment>): RewardReply {
  const rewards = judgments.map((one) => one.score);
  return {
    rewards,
    scores: rewards.map((reward) => (reward === null ? null : judge.normal(reward))),
    extra: judgments.map((one) => extraOf(one, fresh.has(one))),
    usage: {
      judged: fresh.size,
      cached: judgments.filter((one) => !fresh.has(one)).length,
      unscored: rewards.filter((reward) => reward === null).length,
    },
  };
}

function extraOf(judgment: Judgment, fresh: boolean): RewardExtra {
  const { members } = judgment.detail;
  return {
    scored: Number(judgment.score !== null),
    format: Number(judgment.wellFormed),
    refused: Number(judgment.refused === true),
    flags: judgment.flags.length,
    judge_n: members.filter(({ score }) => score !== null).length,
    spread: spread(members),
    cached: Number(!fresh),
  };
}
