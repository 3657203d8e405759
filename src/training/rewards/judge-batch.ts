import type { Context } from '../../context/context.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { AppError, messageOf } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import { parseTrace } from '../../core/trace.ts';
import { effectOf, type GuardFinding, type GuardFlag, guard } from '../../judging/guards.ts';
import type { JudgeCall, JudgeScore, JudgeTask } from '../../judging/judge.ts';
import { requestText } from '../../judging/judge-messages.ts';
import { disagreement, spread } from '../../judging/jury.ts';
import { refusedByPhrase } from '../../judging/refusal-phrases.ts';
import { storableText } from '../../judging/text.ts';
import { visibleText } from '../../judging/visible-text.ts';
import { type CanaryTask, canariesOf } from './canaries.ts';
import { asksOf, kindOf } from './kind.ts';
import type { OpenJudge } from './open-judge.ts';
import type { RewardRequest } from './schema.ts';
import type { RunScoring } from './scoring.ts';
import type { Judgment } from './store.ts';

export type Sample = RewardRequest['samples'][number];

/** What watches a reward may not hold it up for longer than this. */
const watchingMs = 60_000;

/** A sample with all that is known of it before a judge is asked. */
type Prepared = { sample: Sample; task: JudgeTask; found: GuardFinding; wellFormed: boolean; facts: Facts };
type Facts = Omit<Judgment, 'role' | 'score' | 'reason' | 'judge' | 'detail' | 'flags'>;

/**
 * Judges a batch: rules first, then the judge on what they let pass; beside it the held-out judge on its share, and
 * canaries when their turn has come. A judge that cannot be reached is thrown; one that only watches never is.
 */
export async function judgeBatch(
  ctx: Context,
  scoring: RunScoring,
  request: Pick<RewardRequest, 'engine' | 'step' | 'rank'>,
  samples: readonly Sample[],
): Promise<Judgment[]> {
  const prepared = samples.map((sample) => prepare(scoring, request.step, sample));
  const turn = scoring.batches++;
  const [rewards, watched, canaries] = await Promise.all([
    rewardsOf(scoring, prepared),
    watchedBy(scoring, prepared),
    canariesIn(ctx, scoring, turn, prepared),
  ]);
  const { engine, rank } = request;
  return [...rewards, ...watched, ...canaries].map((one) => ({ ...one, detail: { ...one.detail, engine, rank } }));
}

function prepare({ judge, definition }: RunScoring, step: number, sample: Sample): Prepared {
  const prompt = messagesOf(sample.prompt);
  const completion = storableText(sample.completion);
  const asks = asksOf(sample.meta);
  const task = { prompt, completion, ...(asks === undefined ? {} : { asks }) };
  const wellFormed = parseTrace(visibleText(completion)).state === 'well-formed';
  const rules = guard({ completion, prompt: requestText({ prompt }), instructions: judge.instructions });
  const flags: GuardFlag[] =
    definition.formatGate && !wellFormed && !rules.flags.includes('empty')
      ? [...rules.flags, 'malformed']
      : rules.flags;
  const kind = kindOf(sample.meta);
  const refused = refusedByPhrase(completion);
  const facts: Facts = {
    sampleId: sample.id,
    step,
    group: sample.group,
    promptSha256: sha256Hex(canonicalJson(prompt)),
    completion,
    wellFormed,
    ...(kind === undefined ? {} : { kind }),
    ...(refused === undefined ? {} : { refused }),
  };
  return { sample, task, found: { ...rules, flags, effect: effectOf(flags) }, wellFormed, facts };
}

/** Messages as judges read them; a prompt that came as one text is what the user said. */
function messagesOf(prompt: Sample['prompt']): { role: string; content: string }[] {
  const messages = typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt;
  return messages.map(({ role, content }) => ({ role, content: storableText(content) }));
}

async function rewardsOf(scoring: RunScoring, prepared: readonly Prepared[]): Promise<Judgment[]> {
  const { judge } = scoring;
  const passed = prepared.filter((one) => one.found.effect === 'none');
  const refused = prepared.filter((one) => one.found.effect === 'floor');
  const [scores, floors] = await Promise.all([
    judge.score(tasksOf(passed), callFor(scoring, passed, 'reward')),
    judge.refuse(
      refused.map(({ task, found }) => ({ ...task, cleaned: found.cleaned })),
      callFor(scoring, refused, 'reward'),
    ),
  ]);
  const byId = new Map<Prepared, JudgeScore>([
    ...passed.map((one, index) => [one, scores[index] ?? unjudged] as const),
    ...refused.map((one, index) => [one, floors[index] ?? unjudged] as const),
  ]);
  return prepared.map((one) => {
    const score = byId.get(one) ?? { ...unjudged, reason: 'unscorable by the rules' };
    const apart = spread(score.members) >= disagreement ? ['jury-disagrees'] : [];
    return { ...one.facts, ...judgedBy(judge, score), role: 'reward', flags: [...one.found.flags, ...apart] };
  });
}

const unjudged: JudgeScore = { score: null, reason: 'not judged', members: [] };

/** The held-out judge scores a share of what the judge scores, chosen by the sample's id. */
async function watchedBy(scoring: RunScoring, prepared: readonly Prepared[]): Promise<Judgment[]> {
  const { heldOut, definition } = scoring;
  if (heldOut === undefined) return [];
  const chosen = prepared.filter(
    ({ sample, found }) => found.effect === 'none' && shareOf(sample.id) < definition.heldOutShare,
  );
  const scores = await watching(
    (signal) => heldOut.score(tasksOf(chosen), { ...callFor(scoring, chosen, 'reward-held-out'), signal }),
    chosen.length,
  );
  return chosen.map(({ facts, found }, index) => ({
    ...facts,
    ...judgedBy(heldOut, scores[index] ?? unjudged),
    role: 'held-out',
    flags: found.flags,
  }));
}

/** A number in [0, 1) that an id always has. */
function shareOf(id: string): number {
  return Number.parseInt(sha256Hex(id).slice(0, 8), 16) / 2 ** 32;
}

async function canariesIn(
  ctx: Context,
  scoring: RunScoring,
  turn: number,
  [first]: readonly Prepared[],
): Promise<Judgment[]> {
  const { judge, definition } = scoring;
  const every = definition.canaryEvery;
  if (every === undefined || first === undefined || turn % every !== 0) return [];
  const tasks = canariesOf(ctx.profile.judging, turn / every, first.task.prompt);
  // Another seed for each batch: the same canary must be judged, not looked up, and a repeated batch must not pay again.
  const seed = Number.parseInt(sha256Hex(first.sample.id).slice(0, 8), 16);
  const scores = await watching(
    (signal) =>
      judge.score(tasks, {
        ...callFor(scoring, [], 'reward-canary'),
        subject: () => `${scoring.run.id}/canary`,
        seed,
        signal,
      }),
    tasks.length,
  );
  return tasks.map((task, index) => canaryJudgment(judge, first, task, scores[index] ?? unjudged));
}

function canaryJudgment(judge: OpenJudge, first: Prepared, task: CanaryTask, score: JudgeScore): Judgment {
  const limit = judge.floor === undefined ? undefined : Math.max(judge.floor, judge.floor + task.atMost - 1);
  const passed = score.score !== null && limit !== undefined && score.score > limit;
  return {
    sampleId: `${first.sample.id}/canary/${task.id}`,
    role: 'canary',
    step: first.facts.step,
    group: `canary/${task.id}`,
    promptSha256: sha256Hex(canonicalJson(task.prompt.map(({ role, content }) => ({ role, content })))),
    completion: task.completion,
    wellFormed: parseTrace(task.completion).state === 'well-formed',
    flags: passed ? ['canary-passed'] : limit === undefined ? ['canary-unmeasured'] : [],
    ...judgedBy(judge, score),
  };
}

/** Scores of a judge that only watches; none of its failures fails the batch. */
async function watching(ask: (signal: AbortSignal) => Promise<JudgeScore[]>, count: number): Promise<JudgeScore[]> {
  if (count === 0) return [];
  try {
    return await ask(AbortSignal.timeout(watchingMs));
  } catch (error) {
    const reason = error instanceof AppError ? error.message : `no answer: ${messageOf(error)}`;
    return Array.from({ length: count }, () => ({ score: null, reason, members: [] }));
  }
}

function judgedBy(
  judge: OpenJudge,
  { score, reason, members }: JudgeScore,
): Pick<Judgment, 'score' | 'reason' | 'judge' | 'detail'> {
  return { score, reason, judge: judge.name, detail: { version: judge.version, members } };
}

function tasksOf(prepared: readonly Prepared[]): JudgeTask[] {
  return prepared.map(({ task }) => task);
}

/** Calls are tied to the run and to the case, so that they count for the run and are erased with the case. */
function callFor({ run, budget }: RunScoring, prepared: readonly Prepared[], purpose: string): JudgeCall {
  const groups = new Map(prepared.map(({ task, sample }) => [task, sample.group]));
  return {
    purpose,
    subject: (task) => `${run.id}/${groups.get(task) ?? ''}`,
    ...(budget === undefined ? {} : { budget }),
  };
}
