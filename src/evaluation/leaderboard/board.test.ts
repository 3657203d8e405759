import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  caseOf,
  closeExam,
  ctx,
  type Exam,
  evaluate,
  model,
  openExam,
  question,
  store,
} from '../../../test/exam-app.ts';
import { macroDifference } from '../../statistics/intervals/macro-average.ts';
import { evaluationSlices, listItems, recentEvaluations } from '../report-actions.ts';
import { leaderboard } from './actions.ts';
import { neighbourFindings } from './board.ts';
import { Leaderboard } from './schema.ts';

let exam: Exam;
let good: string;
let close: string;
let bad: string;
let first: string;

/** The model that answers right but for every so manieth question. */
const wrongEvery = new Map<string, number>();

beforeAll(async () => {
  exam = await openExam();
  await store(true, [question('tiny-en', 100, { specialty: 'cardiology', dimensions: ['S6'] })]);
  exam.reply = (request) =>
    caseOf(request) % (wrongEvery.get(request.model) ?? 100) === 0 ? 'Answer: C' : 'Answer: B';
  [good, close, bad] = [await model(), await model(), await model()];
  wrongEvery.set(good.slice(6), 10).set(close.slice(6), 8).set(bad.slice(6), 2);
  const targets = [
    { name: 'bad', ref: bad },
    { name: 'good', ref: good },
  ];
  first = await evaluate({ targets, sets: ['exam-en', 'exam-zh'] });
});
afterAll(closeExam);

test('models of several evaluations stand on one board where they were asked the same, and neighbours are told apart or not', async () => {
  const second = await evaluate({ targets: [{ name: 'close', ref: close }], sets: ['exam-en', 'exam-zh'] });
  const other = await evaluate({ targets: [{ name: 'close', ref: close }], sets: ['exam-en'], limit: 5 });
  const board = Leaderboard.parse(await leaderboard(ctx('auditor'), { lead: first }));
  expect(board.entries.map((entry) => [entry.target, entry.evaluation])).toEqual([
    ['good', first],
    ['close', second],
    ['bad', first],
  ]);
  expect(board.entries.map((entry) => entry.macro)).toEqual([0.9, 26 / 30, 0.5]);
  expect(board.neighbours.map((one) => one.finding)).toEqual(['not distinguishable', 'distinguishable']);
  expect(board.neighbours[1]).toMatchObject({ n: 60, difference: expect.closeTo(11 / 30, 12) });
  expect(board.leftOut.map((one) => one.evaluation)).toEqual([other]);
  expect(board.leftOut[0]?.reasons.join()).toContain('the set exam-en has other questions: 5 in common of 5 and 30');
});

test('ordered by one set, neighbours are compared by the exact test of the comparison', async () => {
  const { entries, neighbours, method } = await leaderboard(ctx('auditor'), { lead: first, by: 'exam-zh' });
  expect(entries.map((entry) => entry.target)).toEqual(['good', 'close', 'bad']);
  expect(neighbours[1]).toMatchObject({ n: 30, finding: 'distinguishable' });
  expect(neighbours[1]?.interval?.[0]).toBeGreaterThan(0);
  expect(method).toContain('McNemar');
  await expect(leaderboard(ctx('auditor'), { lead: first, by: 'nothing' })).rejects.toThrow(/no set "nothing"/);
});

test('a board is not for those who may not see figures', async () => {
  await expect(leaderboard(ctx('reviewer'), {})).rejects.toThrow(/role/);
  await expect(evaluationSlices(ctx('reviewer'), first)).rejects.toThrow(/role/);
});

test('one discordant pair of one question distinguishes nothing, and several intervals together are wider than one', () => {
  const one = { a: 0, b: 1, c: 0, d: 0 };
  expect(neighbourFindings([{ counts: [one] }], 'macro')[0]?.finding).toBe('not distinguishable');
  const counts = { a: 60, b: 17, c: 6, d: 17 };
  expect(neighbourFindings([{ counts: [counts] }], 'macro')[0]?.finding).toBe('distinguishable');
  const three = neighbourFindings(Array(3).fill({ counts: [counts] }), 'macro');
  expect(three.map((pair) => pair.finding)).toEqual(Array(3).fill('not distinguishable'));
});

test('the difference of macro averages is that of the sets, mirrored when the arms change places', () => {
  const sets = [
    { a: 10, b: 4, c: 1, d: 5 },
    { a: 3, b: 0, c: 2, d: 5 },
  ];
  const there = macroDifference(sets);
  const back = macroDifference(sets.map((set) => ({ ...set, b: set.c, c: set.b })));
  if (there.value === null || back.value === null) throw new Error('undefined');
  expect(there.value).toBeCloseTo((3 / 20 - 2 / 10) / 2, 12);
  expect(back.interval[0]).toBeCloseTo(-there.interval[1], 6);
  expect(macroDifference([...sets, { a: 0, b: 0, c: 0, d: 0 }])).toMatchObject({ value: null, reason: 'no pairs' });
});

test('slices have n and interval, say where questions are few, and lead to their items', async () => {
  const evaluation = await evaluate({
    targets: [{ name: 'good', ref: good }],
    sets: ['exam-en', 'exam-zh', 'tiny-en'],
  });
  const { slices } = await evaluationSlices(ctx('auditor'), evaluation);
  expect(slices.map(({ by, value, correct, n, few }) => [by, value, correct, n, few])).toEqual([
    ['dimension', 'S6', 0, 1, true],
    ['language', 'en', 27, 31, false],
    ['language', 'zh', 27, 30, false],
    ['specialty', 'cardiology', 0, 1, true],
  ]);
  const all = { target: 'good', from: 0, limit: 100 };
  const wrong = await listItems(ctx('auditor'), evaluation, {
    ...all,
    by: 'language',
    value: 'en',
    state: 'answered-wrong',
  });
  expect(wrong.items.map((item) => item.question)).toEqual([
    'exam-en-000',
    'exam-en-010',
    'exam-en-020',
    'tiny-en-100',
  ]);
  expect(wrong.items[0]).toMatchObject({ language: 'en', text: 'Case 0 of exam-en: which one is right?' });
  expect(wrong.items[0]?.options[1]).toEqual({ label: 'B', text: 'statement B0' });
  const special = await listItems(ctx('auditor'), evaluation, { ...all, by: 'specialty', value: 'cardiology' });
  expect(special.items).toHaveLength(1);
});

test('the list says what was asked of whom and how far it is', async () => {
  const listed = await recentEvaluations(ctx('auditor'), 200);
  expect(listed.find((one) => one.id === first)).toMatchObject({
    targets: ['bad', 'good'],
    sets: ['exam-en', 'exam-zh'],
    done: 120,
    total: 120,
  });
});
