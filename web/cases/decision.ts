import { canonicalBytes } from '../../src/core/canonical-json.ts';
import type { CaseView, MaskedStatement } from '../../src/review/cases/schema.ts';
import type { Board, DecisionInput, Edit, PanelVote } from '../../src/review/schema.ts';
import { editsPlace, type Place } from './align.ts';

/** A decision that is being written. Edits and scores are kept when the decision has no use for them. */
export type Draft = { decision?: PanelVote; edits: Edit[]; scores: Record<string, number>; rationale: string };

export const emptyDraft: Draft = { edits: [], scores: {}, rationale: '' };

/** What each board can decide, in the order in which it is offered. */
export const decisionsOf: Record<Board, PanelVote[]> = {
  adjudicator: ['accept', 'accept-edited', 'reject', 'regenerate', 'refer'],
  panel: ['accept', 'accept-edited', 'reject', 'return-batch', 'amend-guideline'],
};

/** True for decisions that accept a text and so need its scores. */
export function accepts(decision: PanelVote | undefined): boolean {
  return decision === 'accept' || decision === 'accept-edited';
}

/** The draft with one reviewer's whole version: the edits, and the scores of the text that they give. */
export function takeVersion(draft: Draft, statement: MaskedStatement, board: Board): Draft {
  const edited = statement.edits.length > 0;
  const decision: PanelVote = edited ? 'accept-edited' : 'accept';
  const scores = (edited ? statement.editedScores : undefined) ?? statement.scores;
  // A panel's decision is the vote that binds it, whatever version is taken.
  return { ...draft, ...(board === 'panel' ? {} : { decision }), edits: statement.edits, scores: { ...scores } };
}

/** The draft with what one reviewer made of one place, in place of what stood there: also nothing at all. */
export function takePlace(draft: Draft, statement: MaskedStatement, place: Place, board: Board): Draft {
  const others = draft.edits.filter((edit) => !editsPlace(edit, place));
  return withEdits(draft, [...others, ...statement.edits.filter((edit) => editsPlace(edit, place))], board);
}

/** The draft with other edits; where an adjudicator decides, the decision follows: accepted as edited, or as it is. */
export function withEdits(draft: Draft, edits: Edit[], board: Board): Draft {
  const next = { ...draft, edits };
  if (board === 'panel') return next;
  if (edits.length > 0 && (draft.decision === undefined || draft.decision === 'accept'))
    return { ...next, decision: 'accept-edited' };
  return edits.length === 0 && draft.decision === 'accept-edited' ? { ...next, decision: 'accept' } : next;
}

export type Problem = 'decision' | 'edits' | 'texts' | 'reasons' | 'scores' | 'low' | 'rationale';

/** What keeps the draft from being signed. */
export function problems(draft: Draft, view: Pick<CaseView, 'rubric' | 'minimumScore'>): Problem[] {
  const { decision, edits, scores, rationale } = draft;
  const found: Problem[] = [];
  if (decision === undefined) found.push('decision');
  if (decision === 'accept-edited') {
    if (edits.length === 0) found.push('edits');
    if (edits.some((edit) => 'text' in edit && edit.text.trim() === '')) found.push('texts');
    if (edits.some((edit) => edit.reason === '')) found.push('reasons');
  }
  if (accepts(decision)) {
    const given = view.rubric.criteria.map(({ id }) => scores[id]);
    if (given.includes(undefined)) found.push('scores');
    if (given.some((score) => score !== undefined && score < view.minimumScore)) found.push('low');
  }
  if (rationale.trim() === '') found.push('rationale');
  return found;
}

/** What is sent and signed; undefined while something is lacking. */
export function decisionOf(draft: Draft, view: Pick<CaseView, 'rubric' | 'minimumScore'>): DecisionInput | undefined {
  const { decision, edits, scores, rationale } = draft;
  if (decision === undefined || problems(draft, view).length > 0) return undefined;
  return {
    decision,
    edits: decision === 'accept-edited' ? edits : [],
    scores: accepts(decision) ? scores : {},
    rationale: rationale.trim(),
  };
}

/** SHA-256 (hex) over the canonical JSON of the case and the decision: what the signature is bound to. */
export async function decisionDigest(id: string, input: DecisionInput): Promise<string> {
  const { decision, edits, scores, rationale } = input;
  const bytes = canonicalBytes({ case: id, decision, edits, scores, rationale });
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
