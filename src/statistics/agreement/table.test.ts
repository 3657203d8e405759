import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { agreementTable } from './table.ts';

const fixture = z
  .object({ data: z.object({ units: z.array(z.array(z.number().nullable())), categories: z.array(z.number()) }) })
  .parse(JSON.parse(readFileSync(new URL('../../../test/fixtures/statistics/F1.json', import.meta.url), 'utf8'))).data;
const options = { seed: 11, replicates: 400, scale: fixture.categories };

test('every figure names its method, n and raters, and repeats with the same seed', () => {
  const first = agreementTable(fixture.units, 'ordinal', options);
  expect(agreementTable(fixture.units, 'ordinal', options)).toEqual(first);
  for (const result of first.results)
    expect(result).toMatchObject({
      method: expect.stringMatching(/\w/),
      n: expect.any(Number),
      raters: expect.any(Number),
    });
  const alpha = first.results[0];
  expect(alpha).toMatchObject({
    statistic: 'krippendorffAlpha.ordinal',
    seed: 11,
    replicates: 400,
    n: 11,
    raters: 4,
    ciMethod: 'percentile bootstrap of units',
  });
  expect(agreementTable(fixture.units, 'ordinal', { ...options, seed: 12 }).results[0]?.ci95).not.toEqual(alpha?.ci95);
});

test('counts of units, pairable units, ratings and missing ratings are exact', () => {
  const report = agreementTable([...fixture.units, [null, null, null, null]], 'nominal', options);
  expect(report).toMatchObject({
    units: 13,
    ratedUnits: 12,
    pairableUnits: 11,
    ratings: 41,
    missing: 11,
    raters: 4,
    scaleDeclared: true,
  });
  expect(report.perCategory.map((entry) => entry.count)).toEqual(
    [9, 13, 10, 5, 4].map((_, k) => fixture.units.flat().filter((value) => value === k + 1).length),
  );
});

test('text ratings read from a file give the same figures as numbers, and blanks are missing', () => {
  const text = fixture.units.map((row) => row.map((value) => (value === null ? ' ' : String(value))));
  expect(agreementTable(text, 'interval', options)).toEqual(agreementTable(fixture.units, 'interval', options));
});

test('a declared scale keeps unused categories, which AC1 depends on', () => {
  const units = [
    ['yes', 'yes'],
    ['yes', 'no'],
    ['no', 'no'],
    ['yes', 'yes'],
  ];
  const two = agreementTable(units, 'nominal', { seed: 1, replicates: 10 });
  const three = agreementTable(units, 'nominal', { seed: 1, replicates: 10, scale: ['yes', 'no', 'unclear'] });
  const ac1 = (report: typeof two): number | null | undefined =>
    report.results.find((entry) => entry.statistic === 'gwetAC1')?.value;
  expect(ac1(two)).not.toBeCloseTo(ac1(three) ?? 0, 3);
  expect(two.notes.join(' ')).toContain('No scale was declared');
});

test('ordered names without a declared scale, text at interval level and ragged tables are refused with what to do', () => {
  expect(() => agreementTable([['low', 'high']], 'ordinal', { seed: 1 })).toThrow(/declared scale/);
  expect(() => agreementTable([['low', 'high']], 'interval', { seed: 1 })).toThrow(/needs numbers/);
  expect(() => agreementTable([[1, 2], [1]], 'nominal', { seed: 1 })).toThrow(/Unit 2 has 1 ratings/);
  expect(() => agreementTable([[1, 9]], 'ordinal', options)).toThrow(/rater 2: 9 is not on the declared scale/);
  expect(() => agreementTable([[-1, 2]], 'ratio', { seed: 1 })).toThrow(/0 or more/);
  expect(() => agreementTable([[Number.NaN, 2]], 'interval', { seed: 1 })).toThrow(/finite/);
});

test('a dominant category puts the prevalence note on kappa and not on AC1', () => {
  const units = [
    ...Array.from({ length: 118 }, () => [0, 0]),
    ...Array.from({ length: 5 }, () => [0, 1]),
    [1, 0],
    [1, 0],
  ];
  const report = agreementTable(units, 'nominal', { seed: 1, replicates: 100 });
  const notes = (name: string): string =>
    report.results.find((entry) => entry.statistic === name)?.notes?.join(' ') ?? '';
  expect(notes('cohenKappa')).toMatch(/holds 97 % of the ratings/);
  expect(notes('gwetAC1')).toBe('');
});

test('perfect agreement gets no interval, because a point would pretend certainty', () => {
  const report = agreementTable(
    [
      [1, 1],
      [2, 2],
      [3, 3],
    ],
    'ordinal',
    { seed: 1, replicates: 100 },
  );
  const alpha = report.results.find((entry) => entry.statistic === 'krippendorffAlpha.ordinal');
  expect(alpha?.value).toBe(1);
  expect(alpha).not.toHaveProperty('ci95');
  expect(alpha?.notes?.[0]).toMatch(/no interval/);
  const exact = report.results.find((entry) => entry.statistic === 'percentAgreement');
  expect(exact?.ci95?.[0]).toBeLessThan(0.5);
});

test('missing ratings leave the intraclass correlation undefined and say how many units they touch', () => {
  const report = agreementTable(fixture.units, 'interval', options);
  const icc = report.results.find((entry) => entry.statistic === 'icc.2_1');
  expect(icc).toMatchObject({ value: null, reason: 'needs complete data: 4 of 12 units have missing ratings' });
});

test('a table of thousands of distinct values gives alpha and intraclass correlation only, and says so', () => {
  const units = Array.from({ length: 300 }, (_, i) => [i * 1.5, i * 1.5 + (i % 7) / 10]);
  const report = agreementTable(units, 'interval', { seed: 1, replicates: 20 });
  expect(report.notes.join(' ')).toMatch(/More than 50 distinct values/);
  expect(report.results.map((entry) => entry.statistic)).toEqual([
    'krippendorffAlpha.interval',
    'krippendorffAlpha.ordinal',
    'icc.1_1',
    'icc.2_1',
    'icc.3_1',
    'icc.1_k',
    'icc.2_k',
    'icc.3_k',
  ]);
});

test('an empty table answers with reasons, not with numbers', () => {
  for (const result of agreementTable([], 'nominal', { seed: 1 }).results) expect(result.value).toBeNull();
});
