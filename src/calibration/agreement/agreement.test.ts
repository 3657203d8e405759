import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alphaBootstrap } from '../../statistics/agreement/alpha-bootstrap.ts';
import { sparseFromCounts } from '../../statistics/agreement/ratings.ts';
import { agreementTable } from '../../statistics/agreement/table.ts';
import type { DimensionPattern, ReviewerPattern, ScorePattern } from '../counts-schema.ts';
import { minimumUnits } from '../schema.ts';
import { countsOfPattern, criterionAgreement } from './criterion.ts';
import { dimensionAgreement } from './dimension.ts';
import { reviewerAgreement } from './reviewer.ts';

const place = { kind: 'knowledge', language: 'en', specialty: null };
const example = '00000000-0000-4000-8000-000000000001';
const scale = [1, 2, 3, 4, 5];

function patternsOf(units: number[][]): ScorePattern[] {
  const counts = Map.groupBy(units, (unit) => [...unit].sort().join(''));
  return [...counts].map(([pattern, alike]) => ({ ...place, criterion: 'c', pattern, units: alike.length, example }));
}

/** The same units as a table with a column for each rating; who gave it does not matter to the figures compared. */
function tableOf(units: number[][], raters: number): (number | null)[][] {
  return units.map((unit) => Array.from({ length: raters }, (_, i) => unit[i] ?? null));
}

const someUnits = fc.array(fc.array(fc.constantFrom(...scale), { minLength: 1, maxLength: 4 }), {
  minLength: minimumUnits,
  maxLength: 60,
});

test('figures from counted patterns are those of the table of single ratings', () => {
  fc.assert(
    fc.property(someUnits, (units) => {
      const report = agreementTable(tableOf(units, 4), 'ordinal', { seed: 1, replicates: 2, scale });
      const item = criterionAgreement('c', patternsOf(units), { raters: 4, replicates: 2 });
      expect(item).toMatchObject({
        n: report.pairableUnits,
        ratings: report.ratings,
        missing: report.missing,
        single: report.ratedUnits - report.pairableUnits,
      });
      if (item.n < minimumUnits) {
        expect(item.headline).toMatchObject({ value: null, reason: 'too few' });
        return;
      }
      for (const figure of [item.headline, ...item.beside]) {
        const wanted = report.results.find((one) => one.statistic === figure.statistic);
        expect(wanted, figure.statistic).toBeDefined();
        if (wanted?.value == null) expect(figure.value).toBeNull();
        else expect(figure.value).toBeCloseTo(wanted.value, 9);
      }
    }),
    { numRuns: 60 },
  );
});

test('the interval from patterns is that of the bootstrap of single rounds', () => {
  const units = Array.from({ length: 120 }, (_, i) => [1 + (i % 5), 1 + ((i + (i % 3 === 0 ? 1 : 0)) % 5)]);
  const patterns = patternsOf(units);
  const item = criterionAgreement('c', patterns, { raters: 2, replicates: 8_000 });
  const rounds = alphaBootstrap(
    sparseFromCounts(units.map((unit) => countsOfPattern(unit.join('')))),
    'ordinal',
    scale,
    {
      seed: 5,
      replicates: 8_000,
    },
  );
  if (rounds.value === null || rounds.interval === null || item.headline.ci95 === undefined)
    throw new Error('undefined');
  expect(item.headline.value).toBeCloseTo(rounds.value, 9);
  expect(item.headline.ci95[0]).toBeCloseTo(rounds.interval[0], 1);
  expect(item.headline.ci95[1]).toBeCloseTo(rounds.interval[1], 1);
});

test('the points confused most often are counted in pairs of reviewers and lead to instances', () => {
  const units = [...new Array(20).fill([4, 5]), ...new Array(5).fill([3, 3, 4]), ...new Array(10).fill([5, 5])];
  const { confusion } = criterionAgreement('c', patternsOf(units), { raters: 3, replicates: 10 });
  expect(confusion?.map(({ a, b, pairs }) => [a, b, pairs])).toEqual([
    [4, 5, 20],
    [3, 4, 10],
  ]);
  expect(confusion?.[0]?.share).toBeCloseTo(20 / 45, 12);
  expect(confusion?.[0]?.examples).toEqual([example]);
});

test('rounds in which nobody found a violation count as agreement on its absence', () => {
  const judged = [{ ...place, ratings: 2, units: 100 }];
  const pattern = (found: number, units: number): DimensionPattern => ({
    ...place,
    dimension: 'E1',
    ratings: 2,
    found,
    units,
  });
  const item = dimensionAgreement('E1', { judged, dimensions: [pattern(1, 7), pattern(2, 3)] }, { raters: 4 });
  const table = [...new Array(90).fill([0, 0]), ...new Array(7).fill([0, 1]), ...new Array(3).fill([1, 1])];
  const report = agreementTable(table, 'nominal', { seed: 1, replicates: 10, scale: [0, 1] });
  for (const figure of [item.headline, ...item.beside]) {
    const wanted = report.results.find((one) => one.statistic === figure.statistic);
    const value =
      figure.statistic === 'specificAgreement' ? report.perCategory[1]?.specificAgreement.value : wanted?.value;
    expect(figure.value, figure.statistic).toBeCloseTo(value ?? Number.NaN, 9);
  }
  expect(item).toMatchObject({ n: 100, prevalence: 13 / 200 });
  expect(item.beside.find((one) => one.statistic === 'fleissKappa')).toMatchObject({ prevalence: true });
});

test('a reviewer is compared with the others only: what peers say among themselves changes nothing', () => {
  const row = (own: number, pattern: string, units: number): ReviewerPattern => ({
    reviewer: 'a',
    criterion: 'c',
    own,
    pattern,
    units,
  });
  const alone = [row(4, '44', 15), row(5, '55', 10), row(3, '34', 5)];
  const two = reviewerAgreement('a', 'c', alone, 50);
  const table = [...new Array(15).fill([4, 4]), ...new Array(10).fill([5, 5]), ...new Array(5).fill([3, 4])];
  const report = agreementTable(table, 'ordinal', { seed: 1, replicates: 10, scale });
  expect(two.headline.value).toBeCloseTo(report.results[0]?.value ?? Number.NaN, 9);
  expect(two.beside[0]?.value).toBeCloseTo(25 / 30, 12);
  // The same peers twice: the pairs and their weights are the same.
  const doubled = reviewerAgreement('a', 'c', [row(4, '444', 15), row(5, '555', 10), row(3, '344', 5)], 50);
  expect(doubled.headline.value).toBeCloseTo(two.headline.value ?? Number.NaN, 9);
});
