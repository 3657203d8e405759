import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { brennanPrediger } from './agreement/brennan-prediger.ts';
import { agreementInterval } from './agreement/chance-corrected.ts';
import { cohenKappa } from './agreement/cohen-kappa.ts';
import { congerKappa } from './agreement/conger-kappa.ts';
import { fleissKappa } from './agreement/fleiss-kappa.ts';
import { gwetAC } from './agreement/gwet-ac.ts';
import { type IccForm, icc, twoWayAnova } from './agreement/icc.ts';
import { krippendorffAlpha } from './agreement/krippendorff-alpha.ts';
import { krippendorffWeighted } from './agreement/krippendorff-weighted.ts';
import { countTable, ratingTable, sparseUnits } from './agreement/ratings.ts';
import { agreementWeights } from './agreement/weights.ts';
import { logBeta, regularizedBeta } from './distributions/beta.ts';
import { binomialCdf, binomialMass, binomialUpperTail } from './distributions/binomial.ts';
import { chiSquaredUpperTail } from './distributions/chi-squared.ts';
import { fQuantile, fUpperTail } from './distributions/f-distribution.ts';
import { logGamma } from './distributions/gamma.ts';
import { normalQuantile, normalUpperTail } from './distributions/normal.ts';
import { studentTQuantile, studentTUpperTail } from './distributions/student-t.ts';
import { studentizedRangeUpperTail } from './distributions/studentized-range.ts';
import { friedman } from './hypothesis-tests/friedman.ts';
import { mcnemarChiSquared, mcnemarContinuityCorrected, mcnemarExact } from './hypothesis-tests/mcnemar.ts';
import { signedRanks, wilcoxonExact, wilcoxonNormal } from './hypothesis-tests/wilcoxon.ts';
import { clopperPearsonInterval, wilsonInterval } from './intervals/proportion.ts';
import { pairedDifferences } from './ranks.ts';

const pair = z.tuple([z.number(), z.number()]);
const coefficient = z.object({ value: z.number(), se: z.number().optional(), ci: pair.optional() });
const matrix = z.array(z.array(z.number()));
const cohen = z.object({ kappa: z.number(), se: z.number(), se0: z.number(), z: z.number(), p: z.number() });
const schema = z.object({
  source: z.string(),
  agreement: z.array(
    z.object({
      scale: z.array(z.number()),
      units: z.array(z.array(z.number().nullable())),
      expected: z.record(z.string(), coefficient),
    }),
  ),
  icc: z.array(
    z.object({ ratings: matrix, expected: z.record(z.string(), z.object({ value: z.number(), ci: pair })) }),
  ),
  wilcoxon: z.array(
    z.object({
      differences: z.array(z.number()),
      expected: z.object({ exact: z.number(), exactGreater: z.number(), normal: z.number(), normalCc: z.number() }),
    }),
  ),
  friedman: z.array(z.object({ blocks: matrix, q: z.number(), p: z.number() })),
  proportions: z.array(z.object({ k: z.number(), n: z.number(), wilson: pair, clopperPearson: pair })),
  distributions: z.array(z.object({ f: z.string(), args: z.array(z.number()), value: z.number() })),
  mcnemar: z.array(
    z.object({
      b: z.number(),
      c: z.number(),
      exact: z.number(),
      chi2: z.number(),
      chi2p: z.number(),
      chi2CcP: z.number(),
    }),
  ),
  cohen: z.array(z.object({ table: matrix, expected: z.object({ identity: cohen, linear: cohen, quadratic: cohen }) })),
});
const oracle = schema.parse(
  JSON.parse(readFileSync(new URL('../../test/fixtures/statistics/cross-check.json', import.meta.url), 'utf8')),
);

describe.each(oracle.agreement.map((entry, index) => ({ ...entry, index })))(
  'agreement of random table $index',
  ({ units, scale, expected }) => {
    const table = ratingTable(units, scale);
    const counts = countTable(table);

    test.each(Object.entries(expected))('%s equals the Python packages', (name, want) => {
      const [first = '', second = '', third = ''] = name.split('.');
      if (first === 'krippendorffAlpha') {
        const metric = z.enum(['nominal', 'ordinal', 'interval', 'ratio']).parse(second);
        expect(krippendorffAlpha(sparseUnits(table), metric, scale).value).toBeCloseTo(want.value, 9);
        return;
      }
      const weights = agreementWeights(
        z.enum(['identity', 'linear', 'quadratic', 'gwetOrdinal', 'ratio']).parse(second),
        scale,
      );
      const estimates = {
        gwetAC: () => gwetAC(counts, weights),
        fleissKappa: () => fleissKappa(counts, weights),
        krippendorffAlpha: () => krippendorffWeighted(counts, weights),
        congerKappa: () => congerKappa(table, weights),
        brennanPrediger: () => brennanPrediger(counts, weights),
      };
      const estimate =
        estimates[
          z.enum(['gwetAC', 'fleissKappa', 'krippendorffAlpha', 'congerKappa', 'brennanPrediger']).parse(third)
        ]();
      expect(estimate.value).toBeCloseTo(want.value, 9);
      if (want.se === undefined || want.ci === undefined) return;
      if (estimate.value === null) throw new Error(estimate.reason);
      expect(estimate.se).toBeCloseTo(want.se, 9);
      const interval = agreementInterval(estimate);
      expect(interval?.[0]).toBeCloseTo(want.ci[0], 6);
      expect(interval?.[1]).toBeCloseTo(want.ci[1], 6);
    });
  },
);

const iccNames: Record<string, IccForm> = {
  '(1,1)': '1_1',
  '(A,1)': '2_1',
  '(C,1)': '3_1',
  '(1,k)': '1_k',
  '(A,k)': '2_k',
  '(C,k)': '3_k',
};

test('all six intraclass correlations and their intervals equal pingouin on random tables', () => {
  for (const { ratings, expected } of oracle.icc) {
    const anova = twoWayAnova(ratings);
    if (anova.value === null) throw new Error(anova.reason);
    for (const [name, want] of Object.entries(expected)) {
      const form = iccNames[name];
      if (form === undefined) throw new Error(`unknown form ${name}`);
      const estimate = icc(anova, form);
      if (estimate.value === null) throw new Error(estimate.reason);
      expect(estimate.value, name).toBeCloseTo(want.value, 9);
      expect(Math.abs((estimate.ci95?.[0] ?? 9) - want.ci[0]), `${name} lower`).toBeLessThan(0.00501);
      expect(Math.abs((estimate.ci95?.[1] ?? 9) - want.ci[1]), `${name} upper`).toBeLessThan(0.00501);
    }
  }
});

test('Wilcoxon p-values equal an independent enumeration and scipy, with ties, zeros and decimals', () => {
  for (const { differences, expected } of oracle.wilcoxon) {
    const ranks = signedRanks(
      pairedDifferences(
        differences,
        differences.map(() => 0),
      ),
    );
    expect(wilcoxonExact(ranks)).toMatchObject({ p: expect.closeTo(expected.exact, 12) });
    expect(wilcoxonExact(ranks, 'greater')).toMatchObject({ p: expect.closeTo(expected.exactGreater, 12) });
    expect(wilcoxonNormal(ranks, false)).toMatchObject({ p: expect.closeTo(expected.normal, 12) });
    expect(wilcoxonNormal(ranks, true)).toMatchObject({ p: expect.closeTo(expected.normalCc, 12) });
  }
});

test('Friedman equals scipy on blocks with ties', () => {
  for (const { blocks, q, p } of oracle.friedman) {
    expect(friedman(blocks)).toMatchObject({ value: expect.closeTo(q, 10), p: expect.closeTo(p, 10) });
  }
});

test('Wilson and Clopper–Pearson intervals equal statsmodels, also at 0 and n', () => {
  for (const { k, n, wilson, clopperPearson } of oracle.proportions) {
    const [w, c] = [wilsonInterval(k, n), clopperPearsonInterval(k, n)];
    for (const side of [0, 1] as const) {
      expect(w?.[side]).toBeCloseTo(wilson[side], 12);
      expect(c?.[side]).toBeCloseTo(clopperPearson[side], 10);
    }
  }
});

test('McNemar tests equal statsmodels', () => {
  for (const { b, c, exact, chi2, chi2p, chi2CcP } of oracle.mcnemar) {
    expect(mcnemarExact({ b, c })).toMatchObject({ p: expect.closeTo(exact, 12) });
    expect(mcnemarChiSquared({ b, c })).toMatchObject({
      value: expect.closeTo(chi2, 12),
      p: expect.closeTo(chi2p, 12),
    });
    // statsmodels corrects past zero when b = c, which would turn no difference into p below 1.
    expect(mcnemarContinuityCorrected({ b, c })).toMatchObject({ p: expect.closeTo(b === c ? 1 : chi2CcP, 12) });
  }
});

test('Cohen kappa, weighted and not, with both standard errors equals statsmodels', () => {
  for (const { table, expected } of oracle.cohen) {
    for (const name of ['identity', 'linear', 'quadratic'] as const) {
      const want = expected[name];
      const kappa = cohenKappa(table, agreementWeights(name, [...table.keys()]));
      expect(kappa).toMatchObject({
        value: expect.closeTo(want.kappa, 10),
        se: expect.closeTo(want.se, 10),
        se0: expect.closeTo(want.se0, 10),
        z: expect.closeTo(want.z, 8),
        p: expect.closeTo(want.p, 10),
      });
    }
  }
});

const functions: Record<string, (...args: [number, number, number]) => number> = {
  normalUpperTail,
  normalQuantile,
  studentTUpperTail,
  studentTQuantile,
  fUpperTail,
  fQuantile,
  chiSquaredUpperTail,
  binomialCdf,
  binomialMass,
  binomialUpperTail,
  studentizedRangeUpperTail,
  logGamma,
  regularizedBeta,
};

test.each(oracle.distributions)('$f($args) agrees with scipy to nine significant digits', ({ f, args, value }) => {
  const [a = 0, b = 0, c = 0] = args;
  const actual = functions[f]?.(a, b, c) ?? Number.NaN;
  expect(Math.abs(actual - value)).toBeLessThanOrEqual(1e-9 * Math.abs(value) + 1e-14);
});

test('the beta function is that of the gamma function', () => {
  expect(logBeta(2, 3)).toBeCloseTo(Math.log(1 / 12), 12);
});
