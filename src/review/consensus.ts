import { severityRank } from '../profile/rubric.ts';
import type { Policy, Profile } from '../profile/schema.ts';
import type { Board, Confirmation, PanelTrigger, Review } from './schema.ts';

export type RoundOutcome =
  | { state: 'open'; missing: number }
  | { state: 'confirming'; missing: string[] }
  | { state: 'failed'; reasons: string[] }
  | { state: 'raise'; to: number; reasons: string[] }
  | { state: 'case'; board: Board; trigger: PanelTrigger; reasons: string[] }
  | { state: 'rejected'; reasons: string[] }
  | { state: 'accepted'; edited?: Review };

/**
 * What the reviews of one round amount to. A mark of an immediate severity calls the panel at once, without waiting for
 * the other reviewers; everything else is decided when all have spoken. Where they disagree, or accept a borderline text,
 * the round first gets more reviewers up to the policy's number; what they cannot agree on goes to an adjudicator.
 */
export function roundOutcome(
  profile: Profile,
  needed: number,
  reviews: Review[],
  confirmations: Confirmation[],
): RoundOutcome {
  const severe = reviews.filter((review) => hasImmediate(profile.policy, review));
  if (severe.length > 0)
    return {
      state: 'case',
      board: 'panel',
      trigger: 'critical',
      reasons: severe.map((review) => `${review.verdict} with a critical mark`),
    };
  if (reviews.length < needed) return { state: 'open', missing: needed - reviews.length };
  const verdicts = reviews.map((review) => review.verdict);
  if (verdicts.includes('escalate'))
    return { state: 'case', board: 'panel', trigger: 'escalated', reasons: ['a reviewer asked for the panel'] };
  if (verdicts.every((verdict) => verdict === 'reject')) return { state: 'rejected', reasons: verdicts };
  const against = verdicts.filter((verdict) => verdict === 'regenerate' || verdict === 'reject').length;
  if (against === verdicts.length) return { state: 'failed', reasons: verdicts };
  const more = raise(profile, reviews, against > 0 ? verdicts : borderline(profile, reviews));
  if (more !== undefined) return more;
  if (against > 0) return { state: 'case', board: 'adjudicator', trigger: 'split-verdict', reasons: verdicts };
  const editors = reviews.filter((review) => review.edits.length > 0);
  const results = new Set(editors.map((review) => review.resultSha256));
  if (results.size > 1)
    return {
      state: 'case',
      board: 'adjudicator',
      trigger: 'conflicting-edits',
      reasons: [`${editors.length} reviewers edited differently`],
    };
  const [edited] = editors;
  if (hasViolation(profile, reviews, edited))
    return { state: 'failed', reasons: ['a violation stands against acceptance'] };
  if (edited === undefined) return { state: 'accepted' };
  const missing = reviews.filter(
    (review) => review.edits.length === 0 && !confirmations.some((one) => one.reviewer === review.reviewer),
  );
  if (missing.length > 0) return { state: 'confirming', missing: missing.map((review) => review.reviewer) };
  const { minimumScore } = profile.policy.gate;
  const low = confirmations.filter((one) => Object.values(one.scores).some((score) => score < minimumScore));
  if (low.length > 0) return { state: 'failed', reasons: ['the edited text was not confirmed'] };
  return { state: 'accepted', edited };
}

/** More reviewers where there is a reason and the policy allows it. Rounds reviewed elsewhere had the reviewers they have. */
function raise(profile: Profile, reviews: Review[], reasons: string[]): RoundOutcome | undefined {
  const to = profile.policy.review.raiseTo;
  const elsewhere = reviews.some((review) => review.importedBy !== undefined);
  return reasons.length === 0 || reviews.length >= to || elsewhere ? undefined : { state: 'raise', to, reasons };
}

/** Why a text that everybody accepts may still be one on which clinicians would split. */
function borderline(profile: Profile, reviews: Review[]): string[] {
  const { minimumScore } = profile.policy.gate;
  return reviews.flatMap((review) => {
    if (review.verdict !== 'accept') return [];
    const marked = review.steps.some((mark) => 'error' in mark);
    const atMinimum = Object.values(review.scores).every((score) => score <= minimumScore);
    return [
      ...(review.insufficientContext === true ? ['accepted with insufficient context'] : []),
      ...(marked ? ['accepted with an error marked'] : []),
      ...(atMinimum ? ['accepted with the lowest passing score throughout'] : []),
    ];
  });
}

/** The scores that count at the gate: those of the text that goes into the release. */
export function finalScores(
  reviews: Review[],
  confirmations: Confirmation[],
  edited: Review | undefined,
): Review['scores'][] {
  if (edited === undefined) return reviews.map((review) => review.scores);
  return reviews.map((review) => {
    if (review.edits.length > 0) return review.editedScores ?? review.scores;
    return confirmations.find((one) => one.reviewer === review.reviewer)?.scores ?? review.scores;
  });
}

function hasImmediate(policy: Policy, review: Review): boolean {
  const severities = [
    ...review.steps.flatMap((mark) => ('severity' in mark ? [mark.severity] : [])),
    ...review.violations.map((violation) => violation.severity),
  ];
  return severities.some((severity) => policy.strikes.immediate.includes(severity));
}

/** A violation blocks acceptance unless the text was edited: then the confirmed edit is what is judged. */
function hasViolation(profile: Profile, reviews: Review[], edited: Review | undefined): boolean {
  if (edited !== undefined) return false;
  const threshold = severityRank(profile, profile.policy.gate.noViolationAtOrAbove);
  return reviews.some((review) => review.violations.some((one) => severityRank(profile, one.severity) >= threshold));
}
