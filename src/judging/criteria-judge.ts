import { z } from 'zod';
import { canonicalJson } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/hash.ts';
import type { ModelClient } from '../llm/models.ts';
import type { CriteriaRubric } from '../profile/judging-schema.ts';
import { type AskedOnce, askAgain, type JudgeAnswer } from './ask.ts';
import { askQuestion, type Question } from './ask-question.ts';
import type { JudgeCall, JudgeScore, JudgeTask, MemberScore, ScaleJudge } from './judge.ts';
import { scale } from './judge.ts';
import { scoreEach } from './judge-calls.ts';
import { commonInstructions } from './judge-messages.ts';

/** What a judge says of one criterion. */
export const CriterionVerdict = z.strictObject({
  evidence: z.array(z.string().max(2_000)).max(5),
  reason: z.string().trim().min(1).max(2_000),
  met: z.boolean(),
});
export type CriterionVerdict = z.infer<typeof CriterionVerdict>;

const form =
  'Quote the evidence first, word for word; then give your reason; then say whether the statement holds. Reply with exactly one JSON object and nothing else, its members in this order: {"evidence": ["…"], "reason": "one or two sentences", "met": true | false}';

export type Criterion = CriteriaRubric['criteria'][number];

export type CriteriaJudgeOptions = { name: string; client: ModelClient; rubric: CriteriaRubric; seed: number };

/**
 * An LLM that is asked for one criterion at a time. The share of points is the points of met criteria over the sum of all
 * positive points, kept within 0..1 (HealthBench's score of one answer), and stands on the scale as 1 + 4 × share. A met
 * veto gives the lowest score. One criterion that cannot be read leaves the whole answer without a score, unless a veto
 * is met: it would not change that.
 */
export function criteriaJudge({ name, client, rubric, seed }: CriteriaJudgeOptions): ScaleJudge {
  const version = sha256Hex(
    canonicalJson(['criteria-judge/1', client.id, client.model, seed, commonInstructions, form, rubric, askAgain]),
  );
  const scoreOne = async (task: JudgeTask, call: JudgeCall): Promise<JudgeScore> => {
    const asking = { ...call, seed: call.seed ?? seed };
    const { met, unread, trail } = await askCriteria(rubric, (criterion) =>
      askQuestion(client, task, criterionQuestion(criterion), asking),
    );
    const calls = trail.map((asked) => asked.call);
    const { score, reason } = scoreOf(rubric, met, unread);
    const member: MemberScore = { judge: name, version, score, reason, calls, met };
    return { score, reason, members: [member] };
  };
  return {
    name,
    version,
    instructions: [...rubric.criteria.map(({ text }) => text), form],
    score: (tasks, call) => scoreEach(client, tasks, call, scoreOne),
  };
}

function criterionQuestion(criterion: Criterion): Question<CriterionVerdict> {
  return {
    name: 'criterion',
    lines: [`Does the following statement hold for the answer? ${criterion.text}`, form],
    form: CriterionVerdict,
  };
}

/** Which criteria are met; `unread` says why one that was needed is not known. `trail` holds every call. */
export type CriteriaMet = { met: Record<string, boolean>; unread: string | undefined; trail: AskedOnce[] };

/**
 * Asks for one criterion at a time. Vetoes come first: where one is met, or a criterion could not be read, nothing else
 * needs to be asked and paid.
 */
export async function askCriteria(
  rubric: CriteriaRubric,
  ask: (criterion: Criterion) => Promise<JudgeAnswer<CriterionVerdict>>,
): Promise<CriteriaMet> {
  const met: Record<string, boolean> = {};
  const trail: AskedOnce[] = [];
  let unread: string | undefined;
  for (const criterion of [...rubric.criteria].sort((a, b) => Number(b.veto) - Number(a.veto))) {
    if (unread !== undefined && !criterion.veto) break;
    const answer = await ask(criterion);
    trail.push(...answer.trail);
    if ('value' in answer) met[criterion.id] = answer.value.met;
    else unread ??= `criterion ${criterion.id}: ${answer.reason}`;
    if (criterion.veto && met[criterion.id] === true) break;
  }
  return { met, unread, trail };
}

/** The score on the scale of the criteria that are met, with the sum that gave it. */
export function scoreOf(
  rubric: CriteriaRubric,
  met: Readonly<Record<string, boolean>>,
  unread?: string,
): { score: number | null; reason: string } {
  const veto = rubric.criteria.find((criterion) => criterion.veto && met[criterion.id] === true);
  if (veto !== undefined) return { score: scale.lowest, reason: `veto: ${veto.id}` };
  if (unread !== undefined) return { score: null, reason: unread };
  const got = rubric.criteria.reduce((sum, { id, points }) => sum + (met[id] === true ? points : 0), 0);
  const best = rubric.criteria.reduce((sum, { points }) => sum + Math.max(0, points), 0);
  const share = Math.min(1, Math.max(0, got / best));
  return { score: scale.lowest + (scale.highest - scale.lowest) * share, reason: `${got} of ${best} points` };
}
