import { AppError } from '../core/error.ts';
import { applyEdits, type Trace } from '../core/trace.ts';
import { criteriaFor, rubricFor, severityRank } from '../profile/rubric.ts';
import type { Profile, QuestionKind } from '../profile/schema.ts';
import type { Edit, ReviewInput, Scores, StepMark } from './schema.ts';

/**
 * Checks a review against the profile and the trace it judges: complete scores, known codes, steps that exist, and a
 * verdict that agrees with the scores. Throws `invalid_input` naming the first problem; returns the edited trace if any.
 */
export function checkSubmission(
  profile: Profile,
  kind: QuestionKind,
  trace: Trace,
  review: ReviewInput,
): Trace | undefined {
  checkScores(profile, kind, review.scores, 'scores');
  checkMarks(profile, trace, review.steps);
  if (review.violations.length > 0 && !rubricFor(profile, kind).dimensions)
    fail(`violations: the rubric for ${kind} questions has no dimensions`);
  for (const { dimension, severity } of review.violations) {
    if (!profile.dimensions.some((one) => one.code === dimension)) fail(`violations: unknown dimension "${dimension}"`);
    severityRank(profile, severity);
  }
  return checkVerdict(profile, kind, trace, review);
}

function checkVerdict(profile: Profile, kind: QuestionKind, trace: Trace, review: ReviewInput): Trace | undefined {
  const { minimumScore } = profile.policy.gate;
  if ((review.verdict === 'accept-with-edits') !== review.edits.length > 0)
    fail('verdict: "accept-with-edits" goes with at least one edit, and edits go with that verdict only');
  if (review.verdict === 'accept') {
    const low = Object.entries(review.scores).find(([, score]) => score < minimumScore);
    // A peer's edit may mend what this reviewer scored low: then editedScores say so.
    if (low !== undefined && review.editedScores === undefined)
      fail(
        `verdict: accept needs every score to be at least ${minimumScore}, but ${low[0]} is ${low[1]}; edit the text or ask for a new one`,
      );
  }
  if (review.editedScores !== undefined) checkScores(profile, kind, review.editedScores, 'editedScores');
  if (review.edits.length === 0) return undefined;
  for (const edit of review.edits) checkReason(profile, edit);
  if (review.editedScores === undefined) fail('editedScores: an edited text needs scores of its own');
  const low = Object.entries(review.editedScores ?? {}).find(([, score]) => score < minimumScore);
  if (low !== undefined)
    fail(`editedScores: the edited text must reach ${minimumScore} on every criterion, but ${low[0]} is ${low[1]}`);
  return applyEdits(trace, review.edits);
}

/** Marks must stand on steps that exist, one each, with known codes. */
export function checkMarks(profile: Profile, trace: Trace, marks: StepMark[]): void {
  for (const mark of marks) {
    const position = 'step' in mark ? mark.step : mark.after;
    if (position > trace.steps.length) fail(`steps: there is no step ${position}; the trace has ${trace.steps.length}`);
    if ('error' in mark) {
      knownReason(profile, mark.error);
      severityRank(profile, mark.severity);
    }
  }
  const marked = marks.flatMap((mark) => ('step' in mark ? [mark.step] : []));
  if (new Set(marked).size !== marked.length) fail('steps: one step is marked twice');
}

/** Scores must name exactly the criteria of the kind. */
export function checkScores(profile: Profile, kind: QuestionKind, scores: Scores, where: string): void {
  const wanted = criteriaFor(profile, kind).map((criterion) => criterion.id);
  const missing = wanted.filter((id) => scores[id] === undefined);
  if (missing.length > 0) fail(`${where}: no score for ${missing.join(', ')}`);
  const unknown = Object.keys(scores).filter((id) => !wanted.includes(id));
  if (unknown.length > 0) fail(`${where}: unknown criterion ${unknown.join(', ')} for ${kind} questions`);
}

/** An edit's reason must be one of the profile's codes; "other" needs a note. */
export function checkReason(profile: Profile, edit: Edit): void {
  knownReason(profile, edit.reason);
  if (edit.reason === 'other' && edit.note === undefined) fail('edits: the reason "other" needs a note that says what');
}

function knownReason(profile: Profile, code: string): void {
  if (!profile.reasons.some((reason) => reason.code === code))
    fail(`unknown reason code "${code}"; known: ${profile.reasons.map((reason) => reason.code).join(', ')}`);
}

function fail(problem: string): never {
  throw new AppError('invalid_input', `The review cannot be taken: ${problem}.`);
}
