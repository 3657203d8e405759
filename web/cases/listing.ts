import type { Board, PanelCase } from '../../src/review/schema.ts';

export type Tab = 'mine' | 'open' | 'decided';
/** Which cases are shown; it stands in the address, so that it can be linked to and gone back to. */
export type CaseListing = { tab?: Tab; board?: Board };

export const tabs: Tab[] = ['mine', 'open', 'decided'];
export const boards: Board[] = ['adjudicator', 'panel'];

/** Reads what is shown from an address; what makes no sense is left out. */
export function readCaseListing(search: Record<string, unknown>): CaseListing {
  const tab = tabs.find((one) => one === search.tab);
  const board = boards.find((one) => one === search.board);
  return { ...(tab === undefined ? {} : { tab }), ...(board === undefined ? {} : { board }) };
}

/** The cases of a listing, in the order given. */
export function listed(
  cases: PanelCase[],
  { tab = 'mine', board }: CaseListing,
  me: { id: string; roles: readonly string[] } | undefined,
): PanelCase[] {
  const fits = (one: PanelCase): boolean => {
    if (tab === 'decided') return one.state === 'decided';
    if (one.state === 'decided') return false;
    return tab === 'open' || (me !== undefined && waitsFor(one, me));
  };
  return cases.filter((one) => (board === undefined || one.board === board) && fits(one));
}

/**
 * True if a case waits for somebody: an adjudicator's for every adjudicator, a panel's for members who have not voted in
 * the ballot that is open, and for chairs, who also sign. Whoever reviewed the instance learns of it on the case itself.
 */
function waitsFor(one: PanelCase, me: { id: string; roles: readonly string[] }): boolean {
  if (one.board === 'adjudicator') return me.roles.includes('adjudicator');
  if (me.roles.includes('panel-chair')) return true;
  const ballot = one.state === 'second-vote' ? 2 : 1;
  const voted = one.votes.some((vote) => vote.member === me.id && vote.ballot === ballot);
  return me.roles.includes('panel-member') && !voted;
}
