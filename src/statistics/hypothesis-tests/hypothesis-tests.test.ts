import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { intervalText, roundedText, supportedDecimals } from '../digits.ts';
import { clusterCorrelation, clusteredMean } from '../intervals/clustered.ts';
import { tangoEquivalence, tangoInterval } from '../intervals/paired-proportions.ts';
import { clusterPermutation } from './cluster-permutation.ts';
import { conover, friedman } from './friedman.ts';
import { hodgesLehmann } from './hodges-lehmann.ts';
import { mcnemarExact, mcnemarMidP } from './mcnemar.ts';
import { rankEquivalence, rankNonInferiority } from './rank-margin.ts';
import { wilcoxonPratt } from './wilcoxon.ts';

const scores = z.array(z.number());
const { data: syn } = z
  .object({ data: z.object({ M: scores, P1: scores, P2: scores }) })
  .parse(JSON.parse(readFileSync(new URL('../../../test/fixtures/statistics/P11.json', import.meta.url), 'utf8')));

const minus = (x: number[], y: number[]): number[] => x.map((value, i) => value - (y[i] ?? 0));

test("Conover's comparison has the values of the textbook's grass example and of the synthetic study", () => {
  // Conover 1999, Practical Nonparametric Statistics, section 5.8: four grasses ranked by twelve homeowners.
  const grass = [
    [4, 3, 2, 1],
    [4, 2, 3, 1],
    [3, 1.5, 1.5, 4],
    [3, 1, 2, 4],
    [4, 2, 1, 3],
    [2, 2, 2, 4],
    [1, 3, 2, 4],
    [2, 4, 1, 3],
    [3.5, 1, 2, 3.5],
    [4, 1, 3, 2],
    [4, 2, 3, 1],
    [3.5, 1, 2, 3.5],
  ];
  const test1 = friedman(grass);
  expect(test1.value).toBeCloseTo(8.097345, 5);
  expect(conover(test1, 0, 1)).toMatchObject({ value: expect.closeTo(2.569352, 5), p: expect.closeTo(0.0148952, 6) });
  expect(conover(test1, 2, 1)).toMatchObject({ p: expect.closeTo(0.860437, 5), df: 33 });
  const study = friedman(syn.M.map((m, i) => [m, syn.P1[i] ?? 0, syn.P2[i] ?? 0]));
  expect(conover(study, 0, 1)).toMatchObject({ value: expect.closeTo(6.358358, 5), p: expect.closeTo(3.4722e-8, 11) });
  expect(conover(study, 0, 2)).toMatchObject({ p: expect.closeTo(0.1744878, 6) });
  const alike = friedman([
    [1, 2, 3],
    [1, 2, 3],
  ]);
  expect(conover(alike, 0, 1)).toMatchObject({ value: null, reason: expect.stringMatching(/infinite/) });
});

test('non-inferiority by ranks is the one-sided signed-rank test of the shifted differences', () => {
  // SciPy 1.17.1: exact permutation of the ranks of d + 1.
  expect(rankNonInferiority(minus(syn.M, syn.P1), 1)).toMatchObject({ value: 378, p: expect.closeTo(7.4506e-9, 12) });
  expect(rankNonInferiority(minus(syn.M, syn.P2), 1)).toMatchObject({ value: 190, p: expect.closeTo(1.9073e-6, 9) });
});

const differences = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 6, maxLength: 20 });

test('equivalence by ranks is never easier than either side, and grows easier with the margin', () => {
  fc.assert(
    fc.property(differences, fc.integer({ min: 1, max: 5 }), (d, margin) => {
      const p = (test: { value: number | null; p?: number }): number => (test.value === null ? 1 : (test.p ?? 1));
      const both = p(rankEquivalence(d, margin));
      expect(both).toBeGreaterThanOrEqual(p(rankNonInferiority(d, margin)) - 1e-12);
      expect(p(rankEquivalence(d, margin + 3))).toBeLessThanOrEqual(both + 1e-12);
    }),
  );
});

test('without ties the Hodges–Lehmann interval holds exactly the margins that the rank test does not reject', () => {
  const d = [0.31, 1.07, 2.43, -0.52, 1.91, 3.3, 0.77, 1.42];
  const hl = hodgesLehmann(d);
  if (hl.value === null) throw new Error(hl.reason);
  const tail = (1 - hl.achievedLevel) / 2 + 1e-9;
  const at = (margin: number): number => {
    const test = rankNonInferiority(d, margin);
    return test.value === null ? 1 : test.p;
  };
  expect(at(-(hl.interval[0] - 0.001))).toBeLessThanOrEqual(tail);
  expect(at(-(hl.interval[0] + 0.001))).toBeGreaterThan(tail);
});

test('equivalence of pass rates holds at α exactly when the 1 − 2α Tango interval lies inside the margins', () => {
  fc.assert(
    fc.property(fc.nat(8), fc.nat(8), fc.integer({ min: 1, max: 60 }), (b, c, concordant) => {
      const counts = { b, c, n: b + c + concordant };
      const test = tangoEquivalence(counts, 0.1);
      const ninety = tangoInterval(counts, 0.9);
      if (test.value === null || ninety.value === null) throw new Error('undefined');
      const inside = ninety.interval[0] > -0.1 && ninety.interval[1] < 0.1;
      if (Math.abs(test.p - 0.05) > 1e-6) expect(test.p < 0.05).toBe(inside);
    }),
  );
});

test('one-sided exact tests: both sides overlap in the observed mass, and mid-p counts it once', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.nat(20), (b, c) => {
      if (b + c === 0) return;
      const p = (alternative: 'greater' | 'less', test: typeof mcnemarExact): number => {
        const { p } = { p: 1, ...test({ b, c }, alternative) };
        return p;
      };
      expect(p('greater', mcnemarMidP) + p('less', mcnemarMidP)).toBeCloseTo(1, 10);
      expect(p('greater', mcnemarExact) + p('less', mcnemarExact)).toBeGreaterThan(1 - 1e-12);
      expect(p('greater', mcnemarExact)).toBeCloseTo({ p: 1, ...mcnemarExact({ b: c, c: b }, 'less') }.p, 12);
    }),
  );
  const [less, greater] = (['less', 'greater'] as const).map((side) => wilcoxonPratt(minus(syn.M, syn.P1), side));
  expect({ p: 0, ...less }.p + { p: 0, ...greater }.p).toBeCloseTo(1, 10);
});

test('the permutation of whole clusters equals the enumeration, and McNemar where clusters are single pass marks', () => {
  const clusters = [
    [1, 1, 0, 1, 1],
    [0, 0, 1, 0, 0],
    [1, 1, 1, 1, 1],
    [0, -1, 0, 0, -1],
    [1, 0, 0, 1, 0],
    [0, 0, 0, 0, 0],
    [1, 1, 1, 0, 1],
    [-1, 0, 0, 0, 0],
  ];
  const options = { seed: 1, replicates: 4000 };
  // By enumeration in Python: 0.15625; cluster-robust error and design effect with NumPy.
  expect(clusterPermutation(clusters, options)).toMatchObject({ value: 13, p: 0.15625, exact: true, clusters: 7 });
  expect(clusteredMean(clusters)).toMatchObject({
    value: 0.325,
    se: expect.closeTo(0.1810189, 6),
    designEffect: expect.closeTo(3.4597535, 6),
    interval: [expect.closeTo(-0.1030418, 6), expect.closeTo(0.7530418, 6)],
  });
  expect(clusterCorrelation(3.4597535, 5)).toBeCloseTo(0.6149384, 6);
  expect(clusterCorrelation(1, 1)).toBeNull();
  const drawn = clusterPermutation(
    clusters.map((cluster) => cluster.map((d) => d / 7)),
    options,
  );
  expect(drawn).toMatchObject({ exact: false, p: expect.closeTo(0.15625, 1.5) });
  fc.assert(
    fc.property(fc.nat(15), fc.nat(15), (b, c) => {
      const marks = [...new Array<number>(b).fill(1), ...new Array<number>(c).fill(-1), 0, 0].map((d) => [d]);
      const [ours, mcnemar] = [clusterPermutation(marks, options), mcnemarExact({ b, c })];
      if (ours.value === null || mcnemar.value === null) expect(ours.value).toBe(mcnemar.value);
      else expect(ours.p).toBeCloseTo(mcnemar.p, 10);
    }),
  );
});

test('a figure shows no digit below half the width of its interval', () => {
  expect(supportedDecimals([1.354, 2.513])).toBe(1);
  expect(supportedDecimals([0.123, 0.444])).toBe(2);
  expect(supportedDecimals([0.64, 0.91])).toBe(2);
  expect(supportedDecimals([0.804, 0.821])).toBe(3);
  expect(supportedDecimals([10, 90])).toBe(0);
  expect(roundedText(-0.0004, 2)).toBe('0.00');
  expect(roundedText(-0.4, 0)).toBe('0');
  expect(intervalText([-0.0017, 0.868])).toBe('[-0.002, 0.9]');
  expect(intervalText([0, 0.8333])).toBe('[0.0, 0.8]');
  fc.assert(
    fc.property(
      fc.double({ min: -100, max: 100, noNaN: true }),
      fc.double({ min: 0.001, max: 30, noNaN: true }),
      (m, w) => {
        const decimals = supportedDecimals([m - w, m + w]);
        // A last digit below a thirty-fifth of the half width would be noise, above a third of it a loss.
        expect(10 ** -decimals).toBeGreaterThan(w / 36);
        if (decimals > 0) expect(10 ** -decimals).toBeLessThan(w / 3.5 + 1e-12);
      },
    ),
  );
});
