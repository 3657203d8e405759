import { sha256Hex } from '../../core/hash.ts';
import type { Review } from '../schema.ts';
import type { MaskedStatement } from './schema.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The reviews of a case under letters, in an order that says nothing of who wrote which and is the same every time. */
export function masked(
  caseId: string,
  reviews: Review[],
): { statements: MaskedStatement[]; names: Map<string, string> } {
  const order = reviews.toSorted((a, b) => (chance(caseId, a) < chance(caseId, b) ? -1 : 1));
  const names = new Map<string, string>();
  const statements = order.map((review, index) => {
    const label = letters[index] ?? String(index + 1);
    names.set(label, review.reviewer);
    const { scores, steps, violations, edits, verdict, editedScores, comment } = review;
    return {
      label,
      scores,
      steps,
      violations,
      edits,
      ...(editedScores === undefined ? {} : { editedScores }),
      verdict,
      insufficientContext: review.insufficientContext === true,
      ...(comment === undefined ? {} : { comment }),
    };
  });
  return { statements, names };
}

function chance(caseId: string, review: Review): string {
  return sha256Hex(`${caseId}/${review.id}`);
}
