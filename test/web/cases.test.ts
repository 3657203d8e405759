import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { decisionDigest as serverDigest } from '../../src/review/cases/digest.ts';
import type { MaskedStatement } from '../../src/review/cases/schema.ts';
import { type DecisionInput, type Edit, PanelCase, type StepMark } from '../../src/review/schema.ts';
import { alignStatements, foldRows, type Row } from '../../web/cases/align.ts';
import {
  decisionDigest,
  decisionOf,
  emptyDraft,
  problems,
  takePlace,
  takeVersion,
  withEdits,
} from '../../web/cases/decision.ts';
import { scoreRows } from '../../web/cases/gaps.ts';
import { listed, readCaseListing } from '../../web/cases/listing.ts';

const trace = { id: 't', sha256: '', steps: ['one', 'two', 'three', 'four'], answer: 'B' };
const statement = (label: string, more: Partial<MaskedStatement> = {}): MaskedStatement => ({
  label,
  scores: { a: 5, b: 5 },
  steps: [],
  violations: [],
  edits: [],
  verdict: 'accept',
  insufficientContext: false,
  ...more,
});
const wrong = (step: number, severity = 'minor'): StepMark => ({ step, mark: 'wrong', error: 'wrong-fact', severity });
const replace = (step: number, text: string, reason = 'wrong-fact'): Edit => ({ op: 'replace', step, text, reason });
const states = (...statements: MaskedStatement[]) =>
  alignStatements(trace, statements).map((row: Row) => [Object.values(row.place)[0], row.state]);

test('steps on which nobody found anything are folded together; what differs stands by itself', () => {
  const parts = foldRows(alignStatements(trace, [statement('A', { steps: [wrong(3)] }), statement('B')]));
  expect(parts.map((part) => (part.folded ? part.rows.length : part.row.state))).toEqual([2, 'conflict', 1, 'clean']);
});

test('correct, neutral and unmarked are no conflict; another error, severity, edit or omission is', () => {
  const correct: StepMark = { step: 1, mark: 'correct' };
  const neutral: StepMark = { step: 1, mark: 'neutral' };
  expect(states(statement('A', { steps: [correct] }), statement('B', { steps: [neutral] }), statement('C'))[0]).toEqual(
    [1, 'clean'],
  );
  expect(states(statement('A', { steps: [wrong(2)] }), statement('B', { steps: [wrong(2, 'major')] }))[1]![1]).toBe(
    'conflict',
  );
  expect(
    states(statement('A', { edits: [replace(2, 'x')] }), statement('B', { edits: [replace(2, 'y')] }))[1]![1],
  ).toBe('conflict');
  const missing: StepMark = { after: 2, mark: 'missing', error: 'missing-step', severity: 'minor' };
  expect(states(statement('A', { steps: [missing] }), statement('B'))).toEqual([
    [1, 'clean'],
    [2, 'clean'],
    [2, 'conflict'],
    [3, 'clean'],
    [4, 'clean'],
    [true, 'clean'],
  ]);
});

test('an error that all found is shown, as agreed, and never folded away', () => {
  const both = [statement('A', { steps: [wrong(1)] }), statement('B', { steps: [wrong(1)] })];
  expect(states(...both)[0]).toEqual([1, 'agreed']);
  expect(foldRows(alignStatements(trace, both))[0]).toMatchObject({ folded: false });
});

test('the gap of a criterion is its highest score less its lowest, and none where one person scored', () => {
  const rows = scoreRows([{ id: 'a' }, { id: 'b' }], [statement('A'), statement('B', { scores: { a: 2 } })]);
  expect(rows.map((row) => row.gap)).toEqual([3, 0]);
});

test("taking a reviewer's version takes the edits and the scores of the edited text", () => {
  const edited = statement('A', { edits: [replace(1, 'x')], scores: { a: 2, b: 5 }, editedScores: { a: 5, b: 5 } });
  expect(takeVersion(emptyDraft, edited, 'adjudicator')).toEqual({
    decision: 'accept-edited',
    edits: edited.edits,
    scores: { a: 5, b: 5 },
    rationale: '',
  });
  expect(takeVersion(emptyDraft, statement('B'), 'adjudicator').decision).toBe('accept');
  expect(takeVersion({ ...emptyDraft, decision: 'reject' }, edited, 'panel').decision).toBe('reject');
});

test('a place can be taken from one reviewer and another from the next, and given back', () => {
  const a = statement('A', { edits: [replace(1, 'a1'), replace(2, 'a2')] });
  const b = statement('B', { edits: [replace(2, 'b2')] });
  const mixed = takePlace(takePlace(emptyDraft, a, { step: 1 }, 'adjudicator'), b, { step: 2 }, 'adjudicator');
  expect(mixed).toMatchObject({ decision: 'accept-edited', edits: [replace(1, 'a1'), replace(2, 'b2')] });
  const back = takePlace(mixed, b, { step: 1 }, 'adjudicator');
  expect(back.edits).toEqual([replace(2, 'b2')]);
  expect(withEdits(back, [], 'adjudicator').decision).toBe('accept');
});

test('nothing is signed that lacks scores, reaches too little, or has no reason; what is not needed is not sent', () => {
  const rubric = { criteria: [{ id: 'a' }, { id: 'b' }] } as never; // of the rubric only the ids are read
  const view = { rubric, minimumScore: 4 };
  expect(problems(emptyDraft, view)).toEqual(['decision', 'rationale']);
  const draft = { ...emptyDraft, decision: 'accept-edited' as const, edits: [replace(1, ' ', '')], scores: { a: 3 } };
  expect(problems(draft, view)).toEqual(['texts', 'reasons', 'scores', 'low', 'rationale']);
  expect(decisionOf(draft, view)).toBeUndefined();
  const rejected = { ...draft, decision: 'reject' as const, rationale: ' No. ' };
  expect(decisionOf(rejected, view)).toEqual({ decision: 'reject', edits: [], scores: {}, rationale: 'No.' });
});

test('the digest that a person signs in the browser is the one that the server computes', async () => {
  const id = randomUUID();
  const input: DecisionInput = {
    decision: 'accept-edited',
    edits: [{ ...replace(1, '每周一次 ≤ 4 g'), note: 'n' }],
    scores: { b: 5, a: 4 },
    rationale: 'Because.',
  };
  expect(await decisionDigest(id, input)).toBe(serverDigest(id, input));
});

test('a case waits for those who can still act on it', () => {
  const one = (more: object) =>
    PanelCase.parse({
      ...{ id: randomUUID(), instanceId: randomUUID(), traceId: randomUUID(), board: 'panel', trigger: 'critical' },
      ...{ state: 'voting', openedAt: '', votes: [], ...more },
    });
  const vote = { ballot: 1, member: 'me', vote: 'accept', castAt: '' };
  const cases = [
    one({}),
    one({ votes: [vote] }),
    one({ state: 'second-vote', votes: [vote] }),
    one({ board: 'adjudicator' }),
    one({ state: 'decided' }),
  ];
  const seen = (tab: 'mine' | 'open' | 'decided', ...roles: string[]): number[] =>
    listed(cases, { tab }, { id: 'me', roles }).map((found) => cases.indexOf(found));
  expect(seen('mine', 'panel-member')).toEqual([0, 2]);
  expect(seen('mine', 'panel-chair')).toEqual([0, 1, 2]);
  expect(seen('mine', 'adjudicator')).toEqual([3]);
  expect(seen('mine', 'auditor')).toEqual([]);
  expect(seen('open')).toEqual([0, 1, 2, 3]);
  expect(seen('decided')).toEqual([4]);
  expect(listed(cases, { tab: 'open', board: 'adjudicator' }, undefined)).toEqual([cases[3]]);
  expect(readCaseListing({ tab: 'x', board: 'panel' })).toEqual({ board: 'panel' });
});
