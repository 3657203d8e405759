import { hex, type Vectors } from './primitives.ts';

type Event = { type: string; actor: string; data: { [key: string]: unknown } };

const both = { en: 'x', zh: 'x' };
const policy = {
  v: 'cts-policy/1',
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
      criteria: ['right', 'clear'].map((id) => ({ id, name: both, veto: id === 'right' })),
    },
  ],
  prompts: { system: both, trace: { guard: both } },
};

const enrol = (account: string, roles: string[], more: object = {}): Event => ({
  type: 'reviewer.enrolled',
  actor: 'admin',
  data: { account, roles, credentialed: true, demo: false, ...more },
});
const system = [
  enrol('a', ['ethics-reviewer']),
  enrol('b', ['ethics-reviewer']),
  enrol('c', ['ethics-reviewer'], { demo: true }),
  enrol('doctor', ['reviewer']),
  enrol('unchecked', ['ethics-reviewer'], { credentialed: false }),
  enrol('gone', ['ethics-reviewer']),
  { type: 'reviewer.revoked', actor: 'admin', data: { account: 'gone' } },
  enrol('p1', ['panel-member', 'panel-chair']),
  enrol('p2', ['panel-member']),
  enrol('p3', ['panel-member']),
  enrol('both', ['ethics-reviewer', 'panel-member']),
];

const text = '<think>\n1. First.\n2. Second.\n</think>\n<answer>Yes.</answer>';
const editedText = text.replace('Second.', 'Better.');
const edits = [{ op: 'replace', step: 2, text: 'Better.', reason: 'wrong-fact' }];
const ok = { right: 5, clear: 4 };

const event = (type: string, actor: string, data: Event['data']): Event => ({ type, actor, data });
const imported = event('case.imported', 'worker', { question: 'q1', sha256: hex('q'), kind: 'guard', language: 'en' });
const trace = (round = 1, words = text, named = words): Event =>
  event('generation.recorded', 'worker', { trace: `t${round}`, round, text: words, sha256: hex(named), model: 'm' });
const review = (reviewer: string, more: Event['data'] = {}, actor = reviewer): Event =>
  event('review.signed', actor, {
    id: `r-${reviewer}`,
    traceId: 't1',
    round: 1,
    reviewer,
    rubricVersion: '1',
    scores: ok,
    steps: [],
    violations: [],
    edits: [],
    verdict: 'accept',
    ...more,
  });
const strike = (round: number): Event => event('strike.recorded', 'worker', { round, consecutiveStrikes: round });
const approved = (more: Event['data'] = {}): Event =>
  event('example.approved', 'worker', { round: 1, by: 'reviewers', trace: 't1', resultSha256: hex(text), ...more });
const editor = (more: Event['data'] = {}): Event =>
  review('a', {
    edits,
    verdict: 'accept-with-edits',
    resultSha256: hex(editedText),
    scores: { right: 2, clear: 4 },
    editedScores: { right: 4, clear: 4 },
    ...more,
  });
const confirmed = (more: Event['data'] = {}): Event =>
  event('edit.signed', 'b', { reviewId: 'r-a', reviewer: 'b', resultSha256: hex(editedText), scores: ok, ...more });
const approvedEdit = approved({ review: 'r-a', resultSha256: hex(editedText) });
const opened = event('panel.opened', 'worker', { case: 'c1', trigger: 'critical' });
const vote = (member: string, said: string, ballot = 1): Event =>
  event('vote.signed', member, { case: 'c1', ballot, member, vote: said });
const votes = (said: string, ballot = 1): Event[] => ['p1', 'p2', 'p3'].map((member) => vote(member, said, ballot));
const decided = (more: Event['data'] = {}): Event =>
  event('adjudication.signed', 'p1', {
    case: 'c1',
    trace: 't1',
    decision: 'accept',
    edits: [],
    scores: ok,
    chair: 'p1',
    rationale: 'r',
    ...more,
  });
const byPanel = (more: Event['data'] = {}): Event => approved({ by: 'panel', case: 'c1', ...more });
/** The same, recorded by somebody else, whom it names or not. */
const recordedBy = (one: Event, actor: string, named = true): Event => ({
  ...one,
  actor,
  data: named ? { ...one.data, importedBy: actor } : one.data,
});
const imports = (events: Event[]): Event[] => events.map((one) => recordedBy(one, 'steward'));
const [a, b] = [review('a'), review('b')];
const third = { traceId: 't3', round: 3 };
const approvedThird = approved({ trace: 't3', round: 3 });

const accepted: [string, Event[], object][] = [
  ['two reviewers', [imported, trace(), a, b, approved()], { text, strikes: 0, demo: false }],
  [
    'three reviewers, one of a demonstration',
    [imported, trace(), a, b, review('c'), approved()],
    { text, strikes: 0, demo: true },
  ],
  [
    'a review imported by somebody it names',
    [imported, trace(), review('a', { importedBy: 'steward' }, 'steward'), b, approved()],
    { text, strikes: 0, demo: false },
  ],
  [
    'a panel imported by somebody it names',
    [imported, trace(), opened, ...imports([...votes('accept'), decided()]), byPanel()],
    { text, strikes: 0, demo: false },
  ],
  [
    'the scores of an edit imported by somebody they name',
    [imported, trace(), editor(), b, ...imports([confirmed()]), approvedEdit],
    { text: editedText, strikes: 0, demo: false },
  ],
  [
    'an edit that the other reviewer scored',
    [imported, trace(), editor(), b, confirmed(), approvedEdit],
    { text: editedText, strikes: 0, demo: false },
  ],
  [
    'a violation that was edited away',
    [imported, trace(), editor({ violations: [{ dimension: 'd', severity: 'major' }] }), b, confirmed(), approvedEdit],
    { text: editedText, strikes: 0, demo: false },
  ],
  [
    'one failed round before',
    [imported, trace(), strike(1), trace(2), trace(3), review('a', third), review('b', third), approvedThird],
    { text, strikes: 1, demo: false },
  ],
  [
    'rejected first, approved later',
    [imported, trace(), event('example.rejected', 'worker', {}), a, b, approved()],
    { text, strikes: 0, demo: false },
  ],
  [
    'a panel of one mind',
    [imported, trace(), a, opened, ...votes('accept'), decided(), byPanel()],
    { text, strikes: 0, demo: false },
  ],
  [
    'a panel after a second ballot',
    [
      imported,
      trace(),
      opened,
      vote('p1', 'accept'),
      vote('p2', 'reject'),
      vote('p3', 'accept'),
      vote('p1', 'accept', 2),
      vote('p2', 'reject', 2),
      vote('p3', 'accept', 2),
      decided(),
      byPanel(),
    ],
    { text, strikes: 0, demo: false },
  ],
  [
    'a panel that edits',
    [
      imported,
      trace(),
      opened,
      ...votes('accept-edited'),
      decided({ decision: 'accept-edited', edits, resultSha256: hex(editedText) }),
      byPanel({ resultSha256: hex(editedText) }),
    ],
    { text: editedText, strikes: 0, demo: false },
  ],
];

type Refusal = [id: string, check: string, code: string, events: Event[]];

const reviewers: Refusal[] = [
  ['one reviewer', 'V11', 'too-few-reviewers', [a, approved()]],
  ['the same reviewer twice', 'V11', 'too-few-reviewers', [a, a, approved()]],
  ['a reviewer of another role', 'V11', 'not-entitled', [a, b, review('doctor'), approved()]],
  ['a reviewer never enrolled', 'V11', 'not-entitled', [a, b, review('stranger'), approved()]],
  ['a reviewer revoked before', 'V11', 'not-entitled', [a, b, review('gone'), approved()]],
  ['a reviewer without checked credential', 'V11', 'not-credentialed', [a, b, review('unchecked'), approved()]],
  ['recorded by somebody it does not name', 'V11', 'not-entitled', [review('a', {}, 'admin'), b, approved()]],
  [
    'a score below the minimum',
    'V11',
    'score-below-minimum',
    [review('a', { scores: { right: 3, clear: 5 } }), b, approved()],
  ],
  ['a criterion without score', 'V11', 'score-below-minimum', [review('a', { scores: { right: 5 } }), b, approved()]],
  [
    'a criterion the rubric has not',
    'V11',
    'rubric-changed',
    [review('a', { scores: { ...ok, new: 5 } }), b, approved()],
  ],
  ['another version of the rubric', 'V11', 'rubric-changed', [review('a', { rubricVersion: '0' }), b, approved()]],
  ['a verdict against', 'V11', 'verdict', [review('a', { verdict: 'reject' }), b, approved()]],
  [
    'a violation, not edited',
    'V11',
    'violation',
    [review('a', { violations: [{ dimension: 'd', severity: 'minor' }] }), b, approved()],
  ],
  [
    'a violation of unknown severity',
    'V11',
    'violation',
    [review('a', { violations: [{ dimension: 'd', severity: 'odd' }] }), b, approved()],
  ],
  [
    'a critical mark',
    'V11',
    'panel-missing',
    [review('a', { steps: [{ step: 1, mark: 'wrong', severity: 'critical' }] }), b, approved()],
  ],
  ['an open panel case', 'V11', 'panel-missing', [a, b, opened, approved()]],
  [
    'scores of an edit that somebody else recorded',
    'V11',
    'unconfirmed-edit',
    [editor(), b, recordedBy(confirmed(), 'admin', false), approvedEdit],
  ],
  ['an edit that nobody else scored', 'V11', 'unconfirmed-edit', [editor(), b, approvedEdit]],
  [
    'an edit whose editor did not score it',
    'V11',
    'unconfirmed-edit',
    [editor({ editedScores: undefined }), b, confirmed(), approvedEdit],
  ],
  [
    'a score for another edited text',
    'V11',
    'unconfirmed-edit',
    [editor(), b, confirmed({ resultSha256: hex('other') }), approvedEdit],
  ],
  [
    'a low score for the edited text',
    'V11',
    'score-below-minimum',
    [editor(), b, confirmed({ scores: { right: 1, clear: 5 } }), approvedEdit],
  ],
  ['approval of another text', 'V10', 'edit-mismatch', [a, b, approved({ resultSha256: hex('other') })]],
  [
    'an edit of a step that is not there',
    'V10',
    'edit-mismatch',
    [editor({ edits: [{ op: 'delete', step: 9, reason: 'x' }] }), b, confirmed(), approvedEdit],
  ],
  ['approval by an edit that is not there', 'V10', 'edit-mismatch', [a, b, approved({ review: 'r-z' })]],
  ['approval of a trace that is not there', 'V10', 'incomplete-history', [a, b, approved({ trace: 't9' })]],
  ['never approved', 'V9', 'not-approved', [a, b]],
  ['withdrawn', 'V9', 'not-approved', [a, b, approved(), event('example.withdrawn', 'admin', {})]],
  ['rejected last', 'V9', 'not-approved', [a, b, approved(), event('example.rejected', 'admin', {})]],
  ['a review behind the approval', 'V9', 'reopened', [a, b, approved(), review('c')]],
  ['an erasure behind the approval', 'V9', 'reopened', [a, b, approved(), event('erasure.executed', 'admin', {})]],
];

const panel: Refusal[] = [
  ['no case', 'V11', 'panel-missing', [decided(), byPanel()]],
  ['no decision', 'V11', 'panel-missing', [opened, ...votes('accept'), byPanel()]],
  ['below the quorum', 'V11', 'panel-invalid', [opened, ...votes('accept').slice(1), decided(), byPanel()]],
  [
    'a member who votes twice',
    'V11',
    'panel-invalid',
    [opened, vote('p1', 'accept'), vote('p2', 'accept'), vote('p2', 'accept'), decided(), byPanel()],
  ],
  [
    'a vote that somebody else recorded',
    'V11',
    'panel-invalid',
    [opened, ...votes('accept').slice(1), recordedBy(vote('p1', 'accept'), 'admin', false), decided(), byPanel()],
  ],
  [
    'a decision that somebody else recorded',
    'V11',
    'panel-invalid',
    [opened, ...votes('accept'), recordedBy(decided(), 'admin', false), byPanel()],
  ],
  ['against the votes', 'V11', 'panel-invalid', [opened, ...votes('reject'), decided(), byPanel()]],
  [
    'a split first ballot',
    'V11',
    'panel-invalid',
    [opened, vote('p1', 'accept'), vote('p2', 'reject'), vote('p3', 'accept'), decided(), byPanel()],
  ],
  ['votes behind the decision', 'V11', 'panel-invalid', [opened, decided(), ...votes('accept'), byPanel()]],
  ['a case opened behind its decision', 'V11', 'panel-invalid', [...votes('accept'), decided(), opened, byPanel()]],
  [
    'a member who had reviewed',
    'V11',
    'panel-invalid',
    [review('both'), opened, vote('p1', 'accept'), vote('p2', 'accept'), vote('both', 'accept'), decided(), byPanel()],
  ],
  [
    'a member who was never enrolled',
    'V11',
    'panel-invalid',
    [opened, vote('p1', 'accept'), vote('p2', 'accept'), vote('stranger', 'accept'), decided(), byPanel()],
  ],
  ['a chair who is none', 'V11', 'panel-invalid', [opened, ...votes('accept'), decided({ chair: 'p2' }), byPanel()]],
  [
    'a chair who had reviewed',
    'V11',
    'panel-invalid',
    [a, opened, ...votes('accept'), decided({ chair: 'a' }), byPanel()],
  ],
  ['another trace', 'V11', 'panel-invalid', [opened, ...votes('accept'), decided({ trace: 't9' }), byPanel()]],
  [
    'a decision to reject',
    'V11',
    'panel-invalid',
    [opened, ...votes('reject'), decided({ decision: 'reject' }), byPanel()],
  ],
  [
    'a low score',
    'V11',
    'score-below-minimum',
    [opened, ...votes('accept'), decided({ scores: { right: 4, clear: 3 } }), byPanel()],
  ],
];

const whole: Refusal[] = [
  ...[...reviewers.map((one) => ['reviewers', one] as const), ...panel.map((one) => ['panel', one] as const)].map(
    ([by, [id, check, code, events]]): Refusal => [`${by}: ${id}`, check, code, [imported, trace(), ...events]],
  ),
  [
    'a recorded text that is not the digest’s',
    'V10',
    'altered-text',
    [imported, trace(1, text, 'other'), a, b, approved()],
  ],
  [
    'a malformed trace',
    'V10',
    'altered-text',
    [imported, trace(1, 'no blocks'), a, b, approved({ resultSha256: hex('no blocks') })],
  ],
  [
    'as many failed rounds as the policy allows',
    'V11',
    'panel-missing',
    [
      imported,
      trace(),
      strike(1),
      trace(2),
      strike(2),
      trace(3),
      review('a', third),
      review('b', third),
      approvedThird,
    ],
  ],
];

/** As a verifier gets them: the chain's events stand behind the system's, at rising indexes. */
function input(events: readonly Event[]): object {
  return {
    chain: events.map((one, seq) => ({ index: 100 + seq, seq, time: '2026-01-01T00:00:00.000Z', ...one })),
  };
}

export const histories: Vectors = {
  name: 'histories',
  spec: 'cts-1 §§4 to 6 and 9, checks V9 to V11',
  source:
    'Histories and verdicts written by hand from the text of the specification; digests by scripts/build-vectors.ts',
  encoding:
    'shared: policy and events of the system chain, for every input that does not bring its own; chain: events of the example; both with their index in the log; expected: the final text or the check that fails and why (code, cts-1 §6)',
  shared: { policy, system: system.map((one, index) => ({ index, ...one })) },
  cases: [
    ...accepted.map(([id, events, expected]) => ({
      id: `accepted: ${id}`,
      input: input(events),
      expected: { accepted: expected },
    })),
    ...whole.map(([id, check, code, events]) => ({
      id: `refused: ${id}`,
      input: input(events),
      expected: { refused: { check, code } },
    })),
  ],
  mustReject: [
    {
      id: 'an event of an unknown type',
      input: input([imported, trace(), a, event('review.hidden', 'a', {}), b, approved()]),
    },
    { id: 'no import first', input: input([trace(), a, b, approved()]) },
    {
      id: 'a review without scores',
      input: input([imported, trace(), review('a', { scores: undefined }), b, approved()]),
    },
    {
      id: 'an edit of an unknown operation',
      input: input([imported, trace(), editor({ edits: [{ op: 'move', step: 1, reason: 'x' }] }), b, approved()]),
    },
    {
      id: 'a score of 6',
      input: input([imported, trace(), review('a', { scores: { right: 6, clear: 5 } }), b, approved()]),
    },
    {
      id: 'a policy that counts strikes in an unknown way',
      input: {
        ...input([imported, trace(), a, b, approved()]),
        policy: { ...policy, strikes: { ...policy.strikes, counting: 'weekly' } },
      },
    },
    {
      id: 'a score that is no whole number',
      input: input([imported, trace(), review('a', { scores: { right: 4.5, clear: 4 } }), b, approved()]),
    },
  ],
};
