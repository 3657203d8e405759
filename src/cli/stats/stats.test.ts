import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { csv, figure, Intervals, json, near, Paired, Result, run, spawned } from '../../../test/stats-command.ts';

test('as a program of its own: one JSON document on stdout, code 2 with a message for wrong input', () => {
  const good = spawned('paired', '--counts', '59,6,16,80', '--json');
  expect([good.status, good.stderr]).toEqual([0, '']);
  expect(Paired.parse(JSON.parse(good.stdout)).pairs).toHaveLength(1);
  const bad = spawned('intervals', '5', '3', '--json');
  expect([bad.status, bad.stderr]).toEqual([2, expect.stringMatching(/0 ≤ k ≤ n/)]);
  expect(JSON.parse(bad.stdout)).toMatchObject({ error: { code: 'invalid_input' } });
});

test('words for outcomes, missing cells and columns that are no arm', () => {
  const file = csv(
    ['item', 'set', 'model', 'resident'],
    [
      ['q1', 'a', 'pass', 'fail'],
      ['q2', 'a', 'pass', 'pass'],
      ['q3', 'b', 'pass', 'fail'],
      ['q4', 'b', '', 'fail'],
      ['q5', 'c', 'fail', 'fail'],
    ],
  );
  const refused = run('paired', file);
  expect([refused.status, refused.stderr]).toEqual([2, expect.stringMatching(/line 2, column “set”: “a” is no score/)]);
  const report = json(Paired, 'paired', file, '--arms', 'model', 'resident');
  expect(report.pairs[0]).toMatchObject({ missing: 1, conclusion: { finding: 'not distinguishable' } });
  expect(figure(report.pairs[0]?.results ?? [], 'mcnemar.exact')).toMatchObject({
    p: 0.5,
    details: { both: 1, onlyFirst: 2, onlySecond: 0, neither: 1 },
  });
  const clustered = json(Paired, 'paired', file, '--cluster', 'set');
  expect(clustered.pairs[0]?.results.map((result) => result.statistic)).toContain('clusteredPass.permutation');
});

test.each([
  [['paired'], /needs a FILE or --counts/],
  [['paired', '--counts', '1,2,3'], /four whole numbers/],
  [['paired', '--counts', '1,2,3,4', '--margin', '-1'], /--margin needs/],
  [['paired', '--counts', '1,2,3,4', '--alpha', '5'], /--alpha needs/],
  [['paired', 'nowhere.csv'], /nowhere\.csv cannot be read/],
  [['intervals', '5'], /needs K and N, or one FILE/],
  [['intervals', '5', '3'], /0 ≤ k ≤ n/],
  [['power', 't'], /needs --difference/],
  [['power', 'tango-noninferiority', '--margin', '0.1'], /needs --discordance/],
  [['holm', '0.1', '2'], /no p-value/],
])('stats %j ends with code 2 and says what to do', (args, message) => {
  const { status, stderr } = run(...args);
  expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
});

test('an item that stands twice is refused with both lines', () => {
  const file = csv(
    ['id', 'a', 'b'],
    [
      ['q1', 1, 0],
      ['q1', 0, 1],
    ],
  );
  const { status, stderr } = run('paired', file);
  expect([status, stderr]).toEqual([2, expect.stringMatching(/line 3: item “q1” stands in line 2 already/)]);
});

test('intervals of counts: each set, the macro average with its own error, and the pooled share', () => {
  const file = csv(
    ['set', 'k', 'n'],
    [
      ['large', 900, 1000],
      ['small', 5, 10],
    ],
  );
  const { groups, overall } = json(Intervals, 'intervals', file);
  expect(groups.map((group) => group.name)).toEqual(['large', 'small']);
  const macro = figure(overall, 'macroAverage');
  expect([macro.value, macro.se]).toEqual([0.7, expect.closeTo(Math.sqrt(0.25 / 10 + 0.09 / 1000) / 2, 12)]);
  expect(figure(overall, 'pooled.wilson').value).toBeCloseTo(905 / 1010, 12);
});

test('five option orders of a question are one cluster: 122 of 150 rows say less than 150 questions would', () => {
  // The reference's example: Wilson [74.3, 86.8] on rows; about [64, 91] where the five orders of a question agree.
  const rows = Array.from({ length: 150 }, (_, i) => [`q${Math.floor(i / 5)}`, i < 122 ? 1 : 0]);
  const byRow = json(
    Intervals,
    'intervals',
    csv(
      ['value'],
      rows.map(([, value]) => [value ?? null]),
    ),
  );
  expect(
    figure(byRow.groups[0]?.results ?? [], 'proportion.wilson').ci95?.map((end) => Math.round(1000 * end)),
  ).toEqual([743, 868]);
  const clustered = json(Intervals, 'intervals', csv(['question', 'correct'], rows), '--cluster', 'question');
  const wilson = figure(clustered.groups[0]?.results ?? [], 'proportion.wilsonEffective');
  // The 122nd row divides one question, so a little more than 30.
  expect(wilson.details?.effectiveN).toBeCloseTo(30.82, 2);
  expect(wilson.ci95?.map((end) => Math.round(100 * end))).toEqual([64, 91]);
  expect(clustered.groups[0]).toMatchObject({ clusters: 30, n: 150 });
  expect(clustered.notes.join()).toMatch(/not independent/);
});

test('clusters that all fail still leave an upper limit, for as many observations as there are clusters', () => {
  const rows = Array.from({ length: 60 }, (_, i) => [`c${i % 20}`, 0]);
  const { groups } = json(Intervals, 'intervals', csv(['cluster', 'value'], rows));
  const wilson = figure(groups[0]?.results ?? [], 'proportion.wilsonEffective');
  expect(wilson.details?.effectiveN).toBe(20);
  expect(wilson.ci95).toEqual([0, expect.closeTo(0.1611, 3)]);
});

test('power: sample size, power, and the smallest difference that can be detected', () => {
  const Planned = z.object({ n: z.int().nullable(), power: z.number().nullable(), difference: z.number().nullable() });
  expect(json(Planned, 'power', 't', '--difference', '0.53')).toMatchObject({ n: 30 });
  expect(json(Planned, 'power', 't', '--n', '30').difference).toBeCloseTo(0.53, 2);
  const tango = ['power', 'tango-noninferiority', '--margin', '0.1', '--discordance', '0.2'];
  expect(json(Planned, ...tango, '--n', '200').power).toBeCloseTo(0.87, 2);
  expect(json(Planned, 'power', 'mcnemar', '--n', '30', '--discordance', '0.2').difference).toBeNull();
});

test('a column that counts the rows is not taken for an arm', () => {
  const file = csv(
    ['row', 'a', 'b'],
    [3, 1, 4, 1, 5, 9].map((value, i) => [i + 1, value, value + 1]),
  );
  expect(run('paired', file)).toMatchObject({ status: 2, stderr: expect.stringMatching(/“row” counts the rows/) });
  expect(json(Paired, 'paired', file, '--id', 'row').arms.map((arm) => arm.name)).toEqual(['a', 'b']);
});

test('few pairs, equal arms and one-sided questions are answered with what they allow', () => {
  const equal = json(
    Paired,
    'paired',
    csv(
      ['a', 'b'],
      [
        [1, 1],
        [2, 2],
        [5, 5],
      ],
    ),
  );
  expect(equal.pairs[0]?.conclusion).toMatchObject({
    finding: 'not distinguishable',
    reason: 'all differences are zero',
  });
  // Five pairs all in one direction cannot reach 5 % two-sided: 2/32.
  const five = json(
    Paired,
    'paired',
    csv(
      ['a', 'b'],
      [
        [9, 1],
        [8, 2],
        [7, 3],
        [9, 4],
        [9, 6],
      ],
    ),
  );
  expect(figure(five.pairs[0]?.results ?? [], 'wilcoxon.exactPermutation.zerosDropped').p).toBe(0.0625);
  expect(five.pairs[0]?.conclusion.finding).toBe('not distinguishable');
  const side = json(Paired, 'paired', '--counts', '0,5,0,0', '--alternative', 'greater');
  expect(figure(side.pairs[0]?.results ?? [], 'mcnemar.exact').p).toBe(1 / 32);
});

describe('published examples beyond the fixtures', () => {
  // Newcombe 1998, Statistics in Medicine 17:857, table I: methods 3 (score) and 5 (exact).
  test.each([
    [81, 263, [0.2553, 0.3662], [0.2527, 0.3676]],
    [15, 148, [0.0624, 0.1605], [0.0578, 0.1617]],
    [0, 20, [0, 0.1611], [0, 0.1684]],
    [1, 29, [0.0061, 0.1718], [0.0009, 0.1776]],
  ])('%i of %i: Wilson and Clopper–Pearson', (k, n, wilson, exact) => {
    const { results } = json(z.object({ results: z.array(Result) }), 'intervals', String(k), String(n));
    for (const end of [0, 1] as const) {
      near(figure(results, 'proportion.wilson').ci95?.[end], wilson[end] ?? Number.NaN, 5e-5, 'Wilson');
      near(figure(results, 'proportion.clopperPearson').ci95?.[end], exact[end] ?? Number.NaN, 5e-5, 'exact');
    }
  });

  test("Student's sleep data: paired t as published, the exact test with a zero and ties by counting", () => {
    const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
    const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    const file = csv(
      ['id', 'dextro', 'laevo'],
      first.map((value, i) => [i + 1, value, second[i] ?? null]),
    );
    const results = json(Paired, 'paired', file).pairs[0]?.results ?? [];
    const t = figure(results, 'meanDifference');
    near(t.testStatistic, -4.0621, 5e-5, 't');
    near(t.p, 0.002833, 5e-7, 'p');
    near(t.ci95?.[0], -2.4598858, 5e-8, 'lower');
    near(t.ci95?.[1], -0.7001142, 5e-8, 'upper');
    // Nine differences that are not zero, all of one sign: 2/2^9.
    const exact = figure(results, 'wilcoxon.exactPermutation.zerosDropped');
    expect(exact).toMatchObject({ value: 0, p: 2 / 512, details: { zeros: 1, nonzero: 9 } });
    near(figure(results, 'wilcoxon.normalCc').p, 0.009091, 5e-7, "R's wilcox.test");
  });

  test('Hollander and Wolfe: three ways of rounding first base', () => {
    const times = [
      [5.4, 5.5, 5.55],
      [5.85, 5.7, 5.75],
      [5.2, 5.6, 5.5],
      [5.55, 5.5, 5.4],
      [5.9, 5.85, 5.7],
      [5.45, 5.55, 5.6],
      [5.4, 5.4, 5.35],
      [5.45, 5.5, 5.35],
      [5.25, 5.15, 5.0],
      [5.85, 5.8, 5.7],
      [5.25, 5.2, 5.1],
      [5.65, 5.55, 5.45],
      [5.6, 5.35, 5.45],
      [5.05, 5.0, 4.95],
      [5.5, 5.5, 5.4],
      [5.45, 5.55, 5.5],
      [5.55, 5.55, 5.35],
      [5.45, 5.5, 5.55],
      [5.5, 5.45, 5.25],
      [5.65, 5.6, 5.4],
      [5.7, 5.65, 5.55],
      [6.3, 6.3, 6.25],
    ];
    const { overall } = json(Paired, 'paired', csv(['round out', 'narrow angle', 'wide angle'], times));
    near(figure(overall, 'friedman').value ?? undefined, 11.143, 5e-4, 'Friedman');
    near(figure(overall, 'friedman').p, 0.003805, 5e-7, 'p');
  });
});
