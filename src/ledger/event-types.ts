/** The kinds of fact the log holds. A name, once released, keeps its meaning; new ones may be added. */
export const eventTypes = [
  'corpus.imported',
  'corpus.screened',
  'case.imported',
  'generation.recorded',
  'review.signed',
  'edit.signed',
  'strike.recorded',
  'panel.opened',
  'case.unmasked',
  'vote.signed',
  'adjudication.signed',
  'example.approved',
  'example.rejected',
  'example.withdrawn',
  'rubric.published',
  'calibration.recorded',
  'reviewer.enrolled',
  'reviewer.revoked',
  'key.rotated',
  'role.granted',
  'policy.published',
  'guideline.published',
  'dataset.sealed',
  'rewards.judged',
  'rewards.canary-failed',
  'training.completed',
  'training.alarm',
  'training.acknowledged',
  'model.registered',
  'model.approved',
  'model.retired',
  'ablation.completed',
  'eval.completed',
  'eval.sealed',
  'eval.submitted',
  'probes.imported',
  'labels.imported',
  'judge.calibrated',
  'judgment.labelled',
  'redteam.completed',
  'redteam.searched',
  'findings.opened',
  'finding.changed',
  'study.registered',
  'study.amended',
  'study.opened',
  'study.rated',
  'study.ratings-imported',
  'study.guessed',
  'study.closed',
  'gate.decided',
  'evidence.issued',
  'incident.recorded',
  'erasure.executed',
] as const;

export type EventType = (typeof eventTypes)[number];

/** Ends a chain: the contents of all its events are destroyed but those of this one. */
export const erasureType: EventType = 'erasure.executed';

const known: ReadonlySet<string> = new Set(eventTypes);

/** False for a type this version does not know; a verifier must then say so, not pass over the leaf. */
export function isEventType(type: string): type is EventType {
  return known.has(type);
}
