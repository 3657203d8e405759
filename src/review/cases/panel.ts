import { AppError } from '../../core/error.ts';
import type { Policy } from '../../profile/schema.ts';
import type { CastVote, PanelCase, PanelState, PanelVote } from '../schema.ts';

export type Tally =
  | { state: 'open'; cast: number; quorum: number }
  | { state: 'unanimous'; vote: PanelVote }
  | { state: 'split'; counts: Partial<Record<PanelVote, number>> };

/** The state of one ballot: open until the quorum has voted. */
export function tally(policy: Policy['panel'], votes: CastVote[], ballot: 1 | 2): Tally {
  const cast = votes.filter((vote) => vote.ballot === ballot);
  if (cast.length < policy.quorum) return { state: 'open', cast: cast.length, quorum: policy.quorum };
  const counts: Partial<Record<PanelVote, number>> = {};
  for (const { vote } of cast) counts[vote] = (counts[vote] ?? 0) + 1;
  const [first] = cast;
  if (first !== undefined && counts[first.vote] === cast.length) return { state: 'unanimous', vote: first.vote };
  return { state: 'split', counts };
}

/** The ballot that a case is in. */
export function ballotOf({ state }: Pick<PanelCase, 'state'>): 1 | 2 {
  return state === 'second-vote' ? 2 : 1;
}

/** The case's state after the votes so far: a split first ballot opens the second. */
export function panelState(policy: Policy['panel'], votes: CastVote[]): Exclude<PanelState, 'decided'> {
  return tally(policy, votes, 1).state === 'split' ? 'second-vote' : 'voting';
}

/**
 * The vote that a decision must follow: unanimity of the first ballot, else the majority of the second; or, while there
 * is none (open ballot, tie), why nothing can be signed yet.
 */
export function settledVote(policy: Policy['panel'], votes: CastVote[]): { vote: PanelVote } | { lacking: string } {
  const first = tally(policy, votes, 1);
  if (first.state === 'unanimous') return { vote: first.vote };
  if (first.state === 'open')
    return { lacking: `The first ballot is open: ${first.cast} of ${first.quorum} votes have been cast.` };
  const second = tally(policy, votes, 2);
  if (second.state === 'unanimous') return { vote: second.vote };
  if (second.state === 'open')
    return { lacking: `The first ballot was split; the second is open: ${second.cast} of ${second.quorum} votes.` };
  const [top, next] = Object.entries(second.counts).sort((a, b) => b[1] - a[1]);
  if (top === undefined || (next !== undefined && next[1] === top[1]))
    return { lacking: 'The second ballot is tied: no decision can be signed. Add a member or vote reject.' };
  return { vote: top[0] as PanelVote }; // the keys are votes
}

/** The vote that a decision must follow; `conflict`, with the reason, while there is none. */
export function bindingVote(policy: Policy['panel'], votes: CastVote[]): PanelVote {
  const settled = settledVote(policy, votes);
  if ('lacking' in settled) throw new AppError('conflict', settled.lacking);
  return settled.vote;
}
