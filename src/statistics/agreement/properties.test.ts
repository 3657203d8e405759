import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gwetAC } from './gwet-ac.ts';
import { krippendorffAlpha } from './krippendorff-alpha.ts';
import { countTable, ratingTable, sparseUnits } from './ratings.ts';
import { type AgreementReport, agreementTable } from './table.ts';
import { agreementWeights } from './weights.ts';

const scale = [1, 2, 3, 4, 5];
const options = { seed: 7, replicates: 50, scale };
const rating = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 1, arbitrary: fc.constant(null) },
);
const tableOf = (raters: number): fc.Arbitrary<(number | null)[][]> =>
  fc.array(fc.array(rating, { minLength: raters, maxLength: raters }), { minLength: 1, maxLength: 12 });
const table = fc.integer({ min: 2, max: 5 }).chain(tableOf);

function figure(report: AgreementReport, statistic: string): number | null {
  const result = report.results.find((entry) => entry.statistic === statistic);
  if (result === undefined) throw new Error(`${statistic} is missing`);
  return result.value;
}

test('alpha of every metric does not change when the raters change places', () => {
  fc.assert(
    fc.property(table, fc.constantFrom('nominal', 'ordinal', 'interval', 'ratio' as const), (units, metric) => {
      const alphaOf = (rows: (number | null)[][]): number | null =>
        krippendorffAlpha(sparseUnits(ratingTable(rows, scale)), metric, scale).value;
      const [straight, turned] = [alphaOf(units), alphaOf(units.map((row) => [...row].reverse()))];
      if (straight === null) expect(turned).toBeNull();
      else expect(turned).toBeCloseTo(straight, 10);
    }),
  );
});

test('perfect agreement with variation is 1 for every coefficient that is defined', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 2 }),
      fc.integer({ min: 2, max: 4 }),
      (values, raters) => {
        const report = agreementTable(
          values.map((value) => new Array<number>(raters).fill(value)),
          'ratio',
          options,
        );
        for (const result of report.results) expect(result.value, result.statistic).toBeCloseTo(1, 9);
      },
    ),
    { numRuns: 20 },
  );
});

test('units without any rating change nothing but the count of units and missing ratings', () => {
  fc.assert(
    fc.property(table, (units) => {
      const empty = (units[0] ?? []).map(() => null);
      const plain = agreementTable(units, 'ordinal', options);
      const padded = agreementTable([empty, ...units, empty], 'ordinal', options);
      expect(padded.results).toEqual(plain.results);
      expect(padded.units).toBe(plain.units + 2);
    }),
    { numRuns: 30 },
  );
});

test('AC1 lies between −1 and 1', () => {
  fc.assert(
    fc.property(table, (units) => {
      const estimate = gwetAC(countTable(ratingTable(units, scale)), agreementWeights('identity', scale));
      if (estimate.value !== null) expect(Math.abs(estimate.value)).toBeLessThanOrEqual(1);
    }),
  );
});

test('no figure is ever NaN or infinite, and a null has a reason', () => {
  fc.assert(
    fc.property(table, fc.constantFrom('nominal', 'ordinal', 'interval', 'ratio' as const), (units, level) => {
      for (const result of agreementTable(units, level, options).results) {
        if (result.value === null) expect(result.reason).toMatch(/\w/);
        else expect(Number.isFinite(result.value), result.statistic).toBe(true);
        expect('reason' in result).toBe(result.value === null);
        for (const end of result.ci95 ?? []) expect(Number.isFinite(end), result.statistic).toBe(true);
        const [low, high] = result.ci95 ?? [0, 0];
        expect(low).toBeLessThanOrEqual(high);
      }
    }),
    { numRuns: 60 },
  );
});

test('all ratings in one category leave alpha and kappa undefined with "no variation" and the observed agreement', () => {
  const report = agreementTable(
    [
      [3, 3],
      [3, 3],
      [3, null],
    ],
    'ordinal',
    options,
  );
  for (const statistic of ['krippendorffAlpha.ordinal', 'fleissKappa', 'congerKappa', 'cohenKappa']) {
    const result = report.results.find((entry) => entry.statistic === statistic);
    expect(result, statistic).toMatchObject({
      value: null,
      reason: 'no variation',
      percentAgreement: 1,
      n: 2,
      raters: 2,
    });
    expect(result).not.toHaveProperty('ci95');
  }
  expect(figure(report, 'percentAgreement')).toBe(1);
});

test('nominal alpha of complete data is 1 − (1 − Fleiss kappa)(1 − 1/n.)', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 3, maxLength: 3 }), {
        minLength: 2,
        maxLength: 10,
      }),
      (units) => {
        const report = agreementTable(units, 'nominal', { seed: 1, replicates: 2 });
        const kappa = figure(report, 'fleissKappa');
        const alpha = figure(report, 'krippendorffAlpha.nominal');
        if (kappa === null) expect(alpha).toBeNull();
        else expect(alpha).toBeCloseTo(1 - (1 - kappa) * (1 - 1 / (units.length * 3)), 10);
      },
    ),
  );
});
