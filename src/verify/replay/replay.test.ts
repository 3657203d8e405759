import { expect, test } from 'vitest';
import type { JsonValue } from '../../core/canonical-json.ts';
import { sha256Hex } from '../../core/hash.ts';
import { applyEdits, parseTrace, renderTrace, type TraceEdit } from '../../core/trace.ts';
import type { ChainEvent } from './history.ts';
import { readPeople } from './people.ts';
import { type Replay, replay } from './replay.ts';
import { policyVersion, readRules } from './rules.ts';

type Data = { [key: string]: JsonValue };

const text = '<think>\n1. First.\n2. Second.\n</think>\n<answer>Yes.</answer>';
const both = { en: 'x', zh: 'x' };
const rules = readRules({
  v: policyVersion,
  profile: { id: 'p', version: '1', digest: 'd' },
  gate: { reviewers: 2, credentialed: true, minimumScore: 4, noViolationAtOrAbove: 'minor', panelWhereStruck: true },
  strikes: { limit: 2, counting: 'cumulative', immediate: ['critical'] },
  panel: { quorum: 3 },
  split: { trainShare: 0.8, salt: 's' },
  limits: { erased: 0 },
  severities: ['minor', 'major', 'critical'],
  reasons: [{ code: 'wrong-fact', name: both }],
  rubrics: [
    {
      kind: 'guard',
      track: 'ethics',
      role: 'ethics-reviewer',
      version: '1',
      criteria: [
        { id: 'right', name: both, veto: true },
        { id: 'clear', name: both, veto: false },
      ],
    },
  ],
  prompts: { system: both, trace: { guard: both } },
});

let index = 0;
function event(type: string, data: Data, actor = 'worker'): ChainEvent {
  index++;
  return { index, seq: 0, type, time: '2026-01-01T00:00:00.000Z', actor, data };
}

function enrolled(account: string, roles: string[], more: Data = {}): ChainEvent {
  return event('reviewer.enrolled', { account, roles, credentialed: true, demo: false, ...more });
}

const panelists = ['p1', 'p2', 'p3'];
const staff = [
  enrolled('a', ['ethics-reviewer']),
  enrolled('b', ['ethics-reviewer']),
  enrolled('doctor', ['reviewer']),
  enrolled('unchecked', ['ethics-reviewer'], { credentialed: false }),
  enrolled('gone', ['ethics-reviewer']),
  event('reviewer.revoked', { account: 'gone' }),
  enrolled('p1', ['panel-member', 'panel-chair']),
  ...panelists.slice(1).map((id) => enrolled(id, ['panel-member'])),
  enrolled('both', ['ethics-reviewer', 'panel-member']),
];
const people = readPeople(staff);

const imported = (): ChainEvent =>
  event('case.imported', { question: 'q1', sha256: sha256Hex('q'), kind: 'guard', language: 'en' });
const trace = (round = 1, words = text): ChainEvent =>
  event('generation.recorded', { trace: `t${round}`, round, text: words, sha256: sha256Hex(words), model: 'm' });
const review = (reviewer: string, more: Data = {}): ChainEvent =>
  event(
    'review.signed',
    {
      id: `r-${reviewer}`,
      traceId: 't1',
      round: 1,
      reviewer,
      rubricVersion: '1',
      scores: { right: 5, clear: 4 },
      steps: [],
      violations: [],
      edits: [],
      verdict: 'accept',
      ...more,
    },
    reviewer,
  );
const approved = (more: Data = {}): ChainEvent =>
  event('example.approved', { round: 1, by: 'reviewers', trace: 't1', resultSha256: sha256Hex(text), ...more });

function run(...events: ChainEvent[]): Replay {
  return replay(
    events.map((one, seq) => ({ ...one, seq, index: 1000 + seq })),
    rules,
    people,
  );
}

function codes(result: Replay): string[] {
  return 'problems' in result ? result.problems.map((problem) => problem.code) : [];
}

const edits: (TraceEdit & { reason: string })[] = [{ op: 'replace', step: 2, text: 'Better.', reason: 'wrong-fact' }];
const parsed = parseTrace(text);
const editedText = parsed.state === 'well-formed' ? renderTrace(applyEdits(parsed.trace, edits)) : '';
const resultSha256 = sha256Hex(editedText);
const editing = (more: Data = {}): ChainEvent =>
  review('a', {
    edits: edits as unknown as JsonValue,
    verdict: 'accept-with-edits',
    resultSha256,
    scores: { right: 2, clear: 4 },
    editedScores: { right: 4, clear: 4 },
    ...more,
  });
const confirmed = (more: Data = {}): ChainEvent =>
  event('edit.signed', { reviewId: 'r-a', reviewer: 'b', resultSha256, scores: { right: 5, clear: 5 }, ...more }, 'b');

test('two entitled reviewers who accept one text make it releasable, with their scores', () => {
  const result = run(imported(), trace(), review('a'), review('b'), approved());
  expect('accepted' in result && result.accepted).toMatchObject({
    text,
    track: 'ethics',
    strikes: 0,
    demo: false,
    scores: [{ person: 'a' }, { person: 'b' }],
  });
});

test('an edit counts as replayed, with the scores of the edited text', () => {
  const result = run(
    imported(),
    trace(),
    editing(),
    review('b'),
    confirmed(),
    approved({ review: 'r-a', resultSha256 }),
  );
  expect('accepted' in result && result.accepted).toMatchObject({
    text: editedText,
    editor: 'a',
    scores: [
      { person: 'a', scores: { right: 4 } },
      { person: 'b', scores: { right: 5 } },
    ],
  });
});

test.each<[string, ChainEvent[], string]>([
  ['one reviewer', [review('a'), approved()], 'too-few-reviewers'],
  ['the same reviewer twice', [review('a'), review('a'), approved()], 'too-few-reviewers'],
  ['a reviewer of another track', [review('a'), review('doctor'), approved()], 'not-entitled'],
  ['somebody who was never enrolled', [review('a'), review('stranger'), approved()], 'not-entitled'],
  ['somebody whose enrolment was revoked before', [review('a'), review('gone'), approved()], 'not-entitled'],
  ['a reviewer without a checked credential', [review('a'), review('unchecked'), approved()], 'not-credentialed'],
  [
    'a score below the minimum',
    [review('a', { scores: { right: 3, clear: 5 } }), review('b'), approved()],
    'score-below-minimum',
  ],
  [
    'a criterion without score',
    [review('a', { scores: { right: 5 } }), review('b'), approved()],
    'score-below-minimum',
  ],
  [
    'a score for a criterion the rubric has not',
    [review('a', { scores: { right: 5, clear: 5, new: 5 } }), review('b'), approved()],
    'rubric-changed',
  ],
  ['another version of the rubric', [review('a', { rubricVersion: '0' }), review('b'), approved()], 'rubric-changed'],
  ['a verdict against', [review('a', { verdict: 'reject' }), review('b'), approved()], 'verdict'],
  [
    'a violation',
    [review('a', { violations: [{ dimension: 'S5', severity: 'minor' }] }), review('b'), approved()],
    'violation',
  ],
  [
    'a critical mark without panel',
    [
      review('a', { steps: [{ step: 1, mark: 'wrong', error: 'wrong-fact', severity: 'critical' }] }),
      review('b'),
      approved(),
    ],
    'panel-missing',
  ],
  [
    'a review somebody else recorded unnamed',
    [{ ...review('a'), actor: 'admin' }, review('b'), approved()],
    'not-entitled',
  ],
  [
    'an open panel case',
    [review('a'), review('b'), event('panel.opened', { case: 'c', trigger: 'critical' }), approved()],
    'panel-missing',
  ],
  [
    'an approval of another text',
    [review('a'), review('b'), approved({ resultSha256: sha256Hex('other') })],
    'edit-mismatch',
  ],
  ['no approval', [review('a'), review('b')], 'not-approved'],
  [
    'a withdrawal after the approval',
    [review('a'), review('b'), approved(), event('example.withdrawn', {})],
    'not-approved',
  ],
  ['a review after the approval', [review('a'), approved(), review('b')], 'reopened'],
  ['an unconfirmed edit', [editing(), review('b'), approved({ review: 'r-a', resultSha256 })], 'unconfirmed-edit'],
  [
    'a confirmation of another text',
    [
      editing(),
      review('b'),
      confirmed({ resultSha256: sha256Hex('other') }),
      approved({ review: 'r-a', resultSha256 }),
    ],
    'unconfirmed-edit',
  ],
  [
    'a confirmation with a low score',
    [editing(), review('b'), confirmed({ scores: { right: 1, clear: 5 } }), approved({ review: 'r-a', resultSha256 })],
    'score-below-minimum',
  ],
  [
    'an edit of a step that is not there',
    [
      editing({ edits: [{ op: 'delete', step: 9, reason: 'wrong-fact' }] }),
      review('b'),
      confirmed(),
      approved({ review: 'r-a', resultSha256 }),
    ],
    'edit-mismatch',
  ],
  [
    'an approval that names no edit though one was made',
    [editing(), review('b'), confirmed(), approved()],
    'edit-mismatch',
  ],
])('%s keeps an example out', (_, events, code) => {
  expect(codes(run(imported(), trace(), ...events))).toContain(code);
});

test('as many failed rounds as the policy allows call for the panel', () => {
  const strike = (round: number): ChainEvent => event('strike.recorded', { round, consecutiveStrikes: round });
  const rest = [
    review('a', { traceId: 't3', round: 3 }),
    review('b', { traceId: 't3', round: 3 }),
    approved({ trace: 't3', round: 3 }),
  ];
  expect(codes(run(imported(), trace(), strike(1), trace(2), strike(2), trace(3), ...rest))).toEqual(['panel-missing']);
  expect(codes(run(imported(), trace(), strike(1), trace(2), trace(3), ...rest))).toEqual([]);
});

const opened = (): ChainEvent => event('panel.opened', { case: 'c', trigger: 'critical' });
const vote = (member: string, said: string, ballot = 1): ChainEvent =>
  event('vote.signed', { case: 'c', ballot, member, vote: said }, member);
const decided = (more: Data = {}): ChainEvent =>
  event(
    'adjudication.signed',
    {
      case: 'c',
      trace: 't1',
      decision: 'accept',
      edits: [],
      scores: { right: 4, clear: 4 },
      chair: 'p1',
      rationale: 'r',
      ...more,
    },
    'p1',
  );
const byPanel = (more: Data = {}): ChainEvent => approved({ by: 'panel', case: 'c', ...more });
const votes = (): ChainEvent[] => panelists.map((member) => vote(member, 'accept'));

test('a quorum of one mind, or the majority of a second ballot, makes a text releasable', () => {
  expect(codes(run(imported(), trace(), review('a'), opened(), ...votes(), decided(), byPanel()))).toEqual([]);
  const split = [vote('p1', 'accept'), vote('p2', 'reject'), vote('p3', 'accept')];
  const second = [vote('p1', 'accept', 2), vote('p2', 'reject', 2), vote('p3', 'accept', 2)];
  expect(codes(run(imported(), trace(), opened(), ...split, ...second, decided(), byPanel()))).toEqual([]);
});

test.each<[string, ChainEvent[], string]>([
  ['without a case', [decided(), byPanel()], 'panel-missing'],
  ['without a decision', [opened(), ...votes(), byPanel()], 'panel-missing'],
  ['below the quorum', [opened(), vote('p1', 'accept'), vote('p2', 'accept'), decided(), byPanel()], 'panel-invalid'],
  [
    'with one member voting for two',
    [opened(), vote('p1', 'accept'), vote('p2', 'accept'), vote('p2', 'accept'), decided(), byPanel()],
    'panel-invalid',
  ],
  [
    'against the votes',
    [opened(), ...panelists.map((member) => vote(member, 'reject')), decided(), byPanel()],
    'panel-invalid',
  ],
  [
    'on a split first ballot',
    [opened(), vote('p1', 'accept'), vote('p2', 'reject'), vote('p3', 'accept'), decided(), byPanel()],
    'panel-invalid',
  ],
  [
    'with a member who had reviewed',
    [
      review('both'),
      opened(),
      vote('p1', 'accept'),
      vote('p2', 'accept'),
      vote('both', 'accept'),
      decided(),
      byPanel(),
    ],
    'panel-invalid',
  ],
  ['signed by somebody who is no chair', [opened(), ...votes(), decided({ chair: 'p2' }), byPanel()], 'panel-invalid'],
  ['about another trace', [opened(), ...votes(), decided({ trace: 't9' }), byPanel()], 'panel-invalid'],
  [
    'with a low score',
    [opened(), ...votes(), decided({ scores: { right: 4, clear: 3 } }), byPanel()],
    'score-below-minimum',
  ],
])('a panel decision %s keeps an example out', (_, events, code) => {
  expect(codes(run(imported(), trace(), ...events))).toContain(code);
});

test('a recorded trace that is not the one its digest names keeps an example out', () => {
  const altered = trace();
  const events = [
    imported(),
    { ...altered, data: { ...altered.data, text: `${text} ` } },
    review('a'),
    review('b'),
    approved(),
  ];
  expect(codes(run(...events))).toEqual(['altered-text']);
});

test('a policy of another version is refused as unsupported', () => {
  expect(() => readRules({ v: 'cts-policy/2' })).toThrow('this verifier reads cts-policy/1');
});

test('an event of a type that this version does not know is said, not passed over', () => {
  const hidden = event('review.hidden', {});
  expect(() => run(imported(), trace(), review('a'), hidden, review('b'), approved())).toThrow('"review.hidden"');
});

test('what a person decided counts only if they recorded it, or whoever did is named in it', () => {
  const byAdmin = (one: ChainEvent, importedBy?: string): ChainEvent => ({
    ...one,
    actor: 'admin',
    data: { ...one.data, ...(importedBy === undefined ? {} : { importedBy }) },
  });
  const panel = (cast: ChainEvent[], decision: ChainEvent): string[] =>
    codes(run(imported(), trace(), review('a'), opened(), ...cast, decision, byPanel()));
  const [first, ...others] = votes();
  if (first === undefined) throw new Error('There are votes.');
  expect(panel([byAdmin(first), ...others], decided())).toEqual(['panel-invalid']);
  expect(panel([byAdmin(first, 'somebody'), ...others], decided())).toEqual(['panel-invalid']);
  expect(panel([byAdmin(first, 'admin'), ...others], byAdmin(decided(), 'admin'))).toEqual([]);
  expect(panel(votes(), byAdmin(decided()))).toEqual(['panel-invalid']);
});
