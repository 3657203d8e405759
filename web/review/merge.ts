import type { DraftContent } from '../../src/review/drafts/schema.ts';
import { same } from './same.ts';
import type { Work } from './work.ts';

/** The parts of a review that are chosen between as a whole. */
export const mergeParts = ['scores', 'steps', 'violations', 'edits', 'comment', 'verdict'] as const;
export type MergePart = (typeof mergeParts)[number];
export type Side = 'here' | 'there';
export type Choice = Partial<Record<MergePart, Side>>;

const fields: Record<MergePart, readonly (keyof Work)[]> = {
  scores: ['scores'],
  steps: ['steps'],
  violations: ['violations'],
  // The scores of the edited text belong to the edits that made it.
  edits: ['edits', 'editedScores'],
  comment: ['comment'],
  verdict: ['verdict', 'insufficientContext'],
};

/** The parts in which two versions of a review differ. */
export function differing(here: Work, there: Work): MergePart[] {
  return mergeParts.filter((part) => fields[part].some((field) => !same(here[field], there[field])));
}

/** The review with each differing part from the side chosen for it; undefined while one is not chosen. */
export function merged(here: Work, there: Work, choice: Choice): Work | undefined {
  const parts = differing(here, there);
  if (parts.some((part) => choice[part] === undefined)) return undefined;
  const { verdict: _, ...result } = here;
  const side = (part: MergePart): Work => (choice[part] === 'there' ? there : here);
  for (const part of mergeParts) for (const field of fields[part]) copy(side(part), result, field);
  return result;
}

function copy<K extends keyof Work>(from: Work, to: Work, field: K): void {
  if (from[field] !== undefined) to[field] = from[field];
}

/**
 * What to save, in order, so that the history on the server (which ends in `there`) gets the version of this browser as
 * a revision of its own and then the merged one. The server takes no other scores of the original while a text is
 * edited: where they differ, a revision without edits comes between.
 */
export function revisionsAfter(there: DraftContent, here: DraftContent, result: DraftContent): DraftContent[] {
  const out: DraftContent[] = [];
  let last = there;
  for (const next of [here, result]) {
    if (same(withoutTime(last), withoutTime(next))) continue;
    const thaws =
      last.edits.length > 0 &&
      next.edits.length > 0 &&
      Object.entries(last.scores).some(([criterion, score]) => next.scores[criterion] !== score);
    if (thaws) out.push({ ...last, edits: [], editedScores: {} });
    out.push(next);
    last = next;
  }
  return out;
}

function withoutTime({ seconds: _, ...content }: DraftContent): Omit<DraftContent, 'seconds'> {
  return content;
}
