import { expect, test } from 'vitest';
import { ReviewInput } from '../../src/review/schema.ts';
import { problems, proposedVerdict, reviewOf, rowAfter, rowsOf } from '../../web/review/judge.ts';
import {
  contentOf,
  emptyWork,
  type Work,
  withEdit,
  withMark,
  withMissing,
  withoutEdit,
  withScore,
  withVerdict,
  withViolation,
  workOf,
} from '../../web/review/work.ts';
import { item } from './review-fixture.ts';

const scored = (facts: number, language: number): Work => ({ ...emptyWork, scores: { facts, language } });
const edit = { op: 'replace', at: 2, text: 'Two, mended.', reason: 'wrong-fact', note: '' } as const;
const edited = withEdit(scored(2, 5), edit, item.trace);

test('nothing is scored before the reviewer scores it, and nothing is proposed then', () => {
  expect(emptyWork.scores).toEqual({});
  expect(proposedVerdict(item, emptyWork)).toBeUndefined();
  expect(problems(item, emptyWork).map((one) => one.code)).toEqual(['score-missing', 'score-missing']);
});

test('good scores with nothing wrong propose to accept', () => {
  expect(proposedVerdict(item, scored(4, 5))).toBe('accept');
  expect(problems(item, scored(4, 5))).toEqual([]);
});

test.each([
  ['a score is too low', scored(3, 5)],
  ['a step is wrong', withMark(scored(5, 5), 1, { step: 1, mark: 'wrong', error: 'other', severity: 'minor' })],
  ['a step is missing', withMissing(scored(5, 5), 0, { error: 'missing-step', severity: 'minor' })],
  ['a dimension is violated', withViolation(scored(5, 5), 'S5', 'major')],
  ['the context does not suffice', { ...scored(5, 5), insufficientContext: true }],
])('the reviewer must choose the verdict when %s', (_, work) => {
  expect(proposedVerdict(item, work)).toBeUndefined();
  expect(problems(item, work).map((one) => one.code)).toEqual(['verdict-missing']);
  expect(problems(item, withVerdict(work, 'regenerate'))).toEqual([]);
});

test('the scores of the original stand from the first edit on, and can be changed again once the edits are gone', () => {
  expect(withScore(edited, 'original', 'facts', 5).scores.facts).toBe(2);
  expect(withScore(withoutEdit(edited, edit), 'original', 'facts', 5).scores.facts).toBe(5);
  const half = withEdit({ ...emptyWork, scores: { facts: 2 } }, edit, item.trace);
  expect(withScore(half, 'original', 'language', 5).scores).toEqual({ facts: 2, language: 5 });
});

test('the edited text gets scores of its own, and only then is its acceptance proposed', () => {
  expect(rowsOf(item, edited).map((row) => `${row.set}/${row.criterion}`)).toEqual([
    'original/facts',
    'original/language',
    'edited/facts',
    'edited/language',
  ]);
  expect(problems(item, edited).map((one) => one.code)).toEqual(['edited-score-missing', 'edited-score-missing']);
  const both = withScore(withScore(edited, 'edited', 'facts', 5), 'edited', 'language', 4);
  expect(proposedVerdict(item, both)).toBe('accept-with-edits');
  expect(problems(item, both)).toEqual([]);
  expect(ReviewInput.parse(reviewOf(item, both, 61.9))).toMatchObject({
    edits: [{ op: 'replace', step: 2, text: 'Two, mended.', reason: 'wrong-fact' }],
    editedScores: { facts: 5, language: 4 },
    verdict: 'accept-with-edits',
    guidelineVersion: 3,
    seconds: 61,
  });
});

test('scoring goes on to the next row that is not frozen', () => {
  expect(rowAfter(item, emptyWork, { set: 'original', criterion: 'facts' }).criterion).toBe('language');
  expect(rowAfter(item, edited, { set: 'original', criterion: 'facts' })).toEqual({
    set: 'edited',
    criterion: 'facts',
  });
});

test.each([
  ['reason', { ...edit, reason: '' }],
  ['note', { ...edit, reason: 'other' }],
  ['text', { ...edit, text: ' ' }],
])('an edit that lacks its %s is kept but neither sent nor handed in', (lacks, unfinished) => {
  const work = withEdit(scored(5, 5), unfinished, item.trace);
  expect(work.edits).toHaveLength(1);
  expect(contentOf(work, item.trace, 0).edits).toEqual([]);
  expect(problems(item, work)).toContainEqual({ code: 'edit-unfinished', edit: unfinished, lacks });
});

test('an edit that gives the text as it was is no edit', () => {
  expect(withEdit(edited, { ...edit, text: 'Two.' }, item.trace).edits).toEqual([]);
});

test('a step is either replaced or deleted', () => {
  const deleted = withEdit(edited, { ...edit, op: 'delete', text: '' }, item.trace);
  expect(deleted.edits.map((one) => one.op)).toEqual(['delete']);
});

test('a draft comes back from the server as it went', () => {
  let work = withMissing(withViolation(edited, 'S5', 'minor'), 0, { error: 'missing-step', severity: 'major' });
  work = withEdit(work, { op: 'insert', at: 0, text: 'Zero.', reason: 'other', note: 'why' }, item.trace);
  work = withEdit(work, { op: 'answer', at: 0, text: 'C', reason: 'wrong-fact', note: '' }, item.trace);
  expect(workOf(contentOf(work, item.trace, 5))).toEqual(work);
});

test('verdicts that contradict the edits or the scores are found before they are sent', () => {
  const codes = (work: Work) => problems(item, work).map((one) => one.code);
  expect(codes(withVerdict(scored(3, 5), 'accept'))).toEqual(['score-low']);
  expect(codes(withVerdict(scored(5, 5), 'accept-with-edits'))).toEqual(['verdict-needs-edits']);
  const low = withScore(withScore(edited, 'edited', 'facts', 3), 'edited', 'language', 5);
  expect(codes(withVerdict(low, 'reject'))).toEqual(['edited-score-low', 'edits-need-their-verdict']);
});
