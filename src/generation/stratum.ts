import type { Question } from '../corpus/schema.ts';
import type { Policy } from '../profile/schema.ts';

type Placed = Pick<Question, 'kind' | 'specialty' | 'dimensions'>;

/** How many reviewers a round of the question needs and how urgent it is: the first stratum of the policy that fits. */
export function stratumOf(policy: Policy['review'], question: Placed): { reviewers: number; priority: number } {
  const fitting = policy.strata.find(
    ({ kinds, specialties, dimensions }) =>
      (kinds === undefined || kinds.includes(question.kind)) &&
      (specialties === undefined || (question.specialty !== undefined && specialties.includes(question.specialty))) &&
      (dimensions === undefined || question.dimensions.some((code) => dimensions.includes(code))),
  );
  return { reviewers: fitting?.reviewers ?? policy.reviewersPerInstance, priority: fitting?.priority ?? 0 };
}
