import { expect, test } from 'vitest';
import type { CastVote, PanelVote } from '../schema.ts';
import { bindingVote, panelState, tally } from './panel.ts';

const policy = { members: 3, quorum: 3 };
const votes = (ballot: 1 | 2, ...cast: PanelVote[]): CastVote[] =>
  cast.map((vote, index) => ({ ballot, member: `m${index}`, vote, castAt: '2026-01-01T00:00:00.000Z' }));

test('nothing is decided before the quorum has voted', () => {
  expect(tally(policy, votes(1, 'accept', 'accept'), 1)).toEqual({ state: 'open', cast: 2, quorum: 3 });
  expect(() => bindingVote(policy, votes(1, 'accept', 'accept'))).toThrow('2 of 3 votes');
});

test('a unanimous first ballot binds', () => {
  expect(bindingVote(policy, votes(1, 'reject', 'reject', 'reject'))).toBe('reject');
});

test('a split first ballot opens a second one, whose majority binds', () => {
  const first = votes(1, 'accept', 'accept', 'reject');
  expect(panelState(policy, first)).toBe('second-vote');
  expect(() => bindingVote(policy, first)).toThrow('second is open');
  expect(bindingVote(policy, [...first, ...votes(2, 'accept', 'accept', 'reject')])).toBe('accept');
});

test('a tie of the second ballot cannot be signed', () => {
  const tied = [...votes(1, 'accept', 'reject', 'accept-edited'), ...votes(2, 'accept', 'reject', 'accept-edited')];
  expect(() => bindingVote(policy, tied)).toThrow('tied');
});
