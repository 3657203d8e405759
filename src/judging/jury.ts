import { canonicalJson } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/hash.ts';
import { median } from '../statistics/vector.ts';
import type { JudgeScore, ScaleJudge } from './judge.ts';

/** Scores that lie so far apart, or further, are a disagreement for people to look at. */
export const disagreement = 2;

/**
 * Several judges; the median of those that gave a score, where more than half of them did. Every member's score is kept.
 * A member that cannot be reached fails the jury: a smaller jury would be another judge.
 */
export function jury(name: string, judges: readonly ScaleJudge[]): ScaleJudge {
  return {
    name,
    version: sha256Hex(canonicalJson(['jury/1', judges.map((judge) => judge.version)])),
    instructions: judges.flatMap((judge) => judge.instructions),
    score: async (tasks, call) => {
      const all = await Promise.all(judges.map((judge) => judge.score(tasks, call)));
      return tasks.map((_, index) => verdictOf(all.map((scores) => scores[index] ?? missing)));
    },
  };
}

const missing: JudgeScore = { score: null, reason: 'not judged', members: [] };

function verdictOf(given: readonly JudgeScore[]): JudgeScore {
  const members = given.flatMap((one) => one.members);
  const scores = given.flatMap(({ score }) => (score === null ? [] : [score]));
  if (2 * scores.length <= given.length) {
    const reasons = given.flatMap(({ score, reason }) => (score === null ? [reason] : []));
    return {
      score: null,
      reason: `${scores.length} of ${given.length} judges gave a score: ${reasons.join('; ')}`,
      members,
    };
  }
  return { score: median(scores), reason: `median of ${scores.length}`, members };
}

/** Distance between the highest and the lowest score of several judges; 0 for one. */
export function spread(members: readonly { score: number | null }[]): number {
  const scores = members.flatMap(({ score }) => (score === null ? [] : [score]));
  return scores.length === 0 ? 0 : Math.max(...scores) - Math.min(...scores);
}
