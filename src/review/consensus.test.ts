import { expect, test } from 'vitest';
import { loadProfile } from '../profile/load.ts';
import { finalScores, roundOutcome } from './consensus.ts';
import type { Confirmation, Review } from './schema.ts';

const profile = loadProfile('profiles/medical');
const five = {
  'medical-correctness': 5,
  'reasoning-structure': 5,
  'information-sufficiency': 5,
  'terminology-language': 5,
  'clinical-utility': 5,
};

function review(reviewer: string, change: Partial<Review> = {}): Review {
  return {
    id: '7f8a6c1e-0000-4000-8000-000000000001',
    instanceId: '7f8a6c1e-0000-4000-8000-000000000002',
    traceId: '7f8a6c1e-0000-4000-8000-000000000003',
    round: 1,
    reviewer,
    track: 'medical',
    rubricVersion: '1',
    profileDigest: '',
    scores: five,
    steps: [],
    violations: [],
    edits: [],
    verdict: 'accept',
    submittedAt: '2026-01-01T00:00:00.000Z',
    eventSeq: 1,
    ...change,
  };
}

const edit = { op: 'replace', step: 1, text: 'Right.', reason: 'wrong-fact' } as const;
const editor = review('a', { verdict: 'accept-with-edits', edits: [edit], editedScores: five, resultSha256: 'x' });
const confirmation = (reviewer: string, scores = five): Confirmation => ({
  reviewId: editor.id,
  reviewer,
  resultSha256: 'x',
  scores,
  confirmedAt: '2026-01-01T00:00:00.000Z',
  eventSeq: 2,
});
const outcome = (reviews: Review[], confirmations: Confirmation[] = []) =>
  roundOutcome(profile, 2, reviews, confirmations);

test('a round stays open until as many reviewers as needed have spoken', () => {
  expect(outcome([review('a')])).toEqual({ state: 'open', missing: 1 });
  expect(outcome([review('a'), review('b')])).toEqual({ state: 'accepted' });
});

test('a round that nobody accepts fails', () => {
  expect(outcome([review('a', { verdict: 'reject' }), review('b', { verdict: 'regenerate' })]).state).toBe('failed');
});

test('reviewers who disagree get another reviewer, and an adjudicator when that does not settle it', () => {
  const split = [review('a'), review('b', { verdict: 'regenerate' })];
  expect(outcome(split)).toMatchObject({ state: 'raise', to: 3 });
  const adjudicated = { state: 'case', board: 'adjudicator', trigger: 'split-verdict' };
  expect(outcome([...split, review('c')])).toMatchObject(adjudicated);
});

test('a round that was reviewed elsewhere has the reviewers that it has', () => {
  const split = [review('a', { importedBy: 's' }), review('b', { importedBy: 's', verdict: 'regenerate' })];
  expect(outcome(split)).toMatchObject({ state: 'case', board: 'adjudicator' });
});

test.each([
  ['insufficient context', { insufficientContext: true }],
  ['a marked error', { steps: [{ after: 1, mark: 'missing', error: 'missing-step', severity: 'minor' }] }],
  ['the lowest passing score throughout', { scores: Object.fromEntries(Object.keys(five).map((id) => [id, 4])) }],
] as const)('a text accepted with %s is borderline: the round gets another reviewer, once', (_, change) => {
  const borderline = review('b', change as Partial<Review>);
  expect(outcome([review('a'), borderline])).toMatchObject({ state: 'raise', to: 3 });
  expect(outcome([review('a'), borderline, review('c')])).toEqual({ state: 'accepted' });
});

test('an instance is rejected only when every reviewer rejects it', () => {
  expect(outcome([review('a', { verdict: 'reject' }), review('b', { verdict: 'reject' })]).state).toBe('rejected');
});

test('a critical mark calls the panel at once, before the other reviewer has spoken', () => {
  const critical = review('a', {
    verdict: 'regenerate',
    steps: [{ step: 1, mark: 'wrong', error: 'wrong-fact', severity: 'critical' }],
  });
  expect(outcome([critical])).toMatchObject({ state: 'case', board: 'panel', trigger: 'critical' });
});

test('an edit waits for the confirmation of every other reviewer', () => {
  const peers = [editor, review('b')];
  expect(outcome(peers)).toEqual({ state: 'confirming', missing: ['b'] });
  expect(outcome(peers, [confirmation('b')])).toEqual({ state: 'accepted', edited: editor });
});

test('an edit that a peer scores below the gate fails the round', () => {
  expect(outcome([editor, review('b')], [confirmation('b', { ...five, 'clinical-utility': 3 })]).state).toBe('failed');
});

test('two different edits of one text go to an adjudicator', () => {
  const other = { ...editor, reviewer: 'b', resultSha256: 'y' };
  expect(outcome([editor, other])).toMatchObject({ state: 'case', board: 'adjudicator', trigger: 'conflicting-edits' });
});

test('a violation blocks acceptance even when both verdicts accept', () => {
  const found = review('b', { violations: [{ dimension: 'S5', severity: 'minor' }] });
  expect(outcome([review('a'), found]).state).toBe('failed');
});

test('the scores at the gate are those of the text that is released', () => {
  const low = { ...five, 'medical-correctness': 2 };
  const first = { ...editor, scores: low };
  expect(finalScores([first, review('b', { scores: low })], [confirmation('b')], first)).toEqual([five, five]);
  expect(finalScores([review('b', { scores: low })], [], undefined)).toEqual([low]);
});
