/** The checks of a verification, in their order. */
export const checkNames = {
  V1: 'every file is the one the manifest lists',
  V2: 'the release is signed by an enrolled key',
  V3: 'the policy file can be read',
  V4: 'the head of the log is signed, with the quorum that the policy asks for',
  V5: 'the tiles give the root of that head',
  V6: 'every leaf stands at its position in the log',
  V7: 'every opened envelope is the one its leaf commits to',
  V8: 'every envelope is signed by a key enrolled at that position',
  V9: 'the history of every example is complete and in order',
  V10: 'replaying the edits gives the texts of the release',
  V11: 'every example passes the published gate',
  V12: 'the release holds exactly the sealed records',
  V13: 'the splits and the held-out questions are disjoint',
  V14: 'nothing was withdrawn after the sealing, and what was erased is marked',
} as const;

export type CheckId = keyof typeof checkNames;

/** Why an example does not belong into a release. */
export type ExclusionCode =
  | 'incomplete-history'
  | 'not-approved'
  | 'reopened'
  | 'altered-text'
  | 'edit-mismatch'
  | 'unconfirmed-edit'
  | 'too-few-reviewers'
  | 'not-credentialed'
  | 'not-entitled'
  | 'rubric-changed'
  | 'verdict'
  | 'score-below-minimum'
  | 'violation'
  | 'panel-missing'
  | 'panel-invalid'
  | 'adjudication-invalid';

/** One thing that stands against an example, in words for people. */
export type Problem = { readonly check: CheckId; readonly code: ExclusionCode; readonly text: string };
