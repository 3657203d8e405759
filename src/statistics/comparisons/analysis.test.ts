import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { seededRandom } from '../../core/random.ts';
import { hodgesLehmann } from '../hypothesis-tests/hodges-lehmann.ts';
import { holm } from '../hypothesis-tests/holm.ts';
import { meanEquivalence, meanNonInferiority } from '../hypothesis-tests/paired-t.ts';
import { rankBiserial, signedRanks, wilcoxonExact } from '../hypothesis-tests/wilcoxon.ts';
import { pairedDifferences } from '../ranks.ts';
import { pairedAnalysis } from './analysis.ts';

const score = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 25 });

test('Holm keeps the order of the raw p-values, never lowers one and never exceeds 1', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (raw) => {
      const adjusted = holm(raw);
      for (const [i, p] of raw.entries()) {
        expect(adjusted[i]).toBeGreaterThanOrEqual(p);
        expect(adjusted[i]).toBeLessThanOrEqual(1);
        for (const [j, other] of raw.entries())
          if (p < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] ?? 0);
      }
    }),
  );
});

test('exchanging the arms changes the sign of the effect and leaves the two-sided p', () => {
  fc.assert(
    fc.property(score, (differences) => {
      const turned = differences.map((d) => 0 - d);
      const [there, back] = [wilcoxonExact(signedRanks(differences)), wilcoxonExact(signedRanks(turned))];
      if (there.value === null || back.value === null) {
        expect(there.value).toBe(back.value);
        return;
      }
      expect(back.p).toBeCloseTo(there.p, 12);
      expect(there.p).toBeGreaterThan(0);
      expect(there.p).toBeLessThanOrEqual(1);
      const effects = [rankBiserial(signedRanks(differences)).value, rankBiserial(signedRanks(turned)).value];
      expect((effects[0] ?? 0) + (effects[1] ?? 0)).toBeCloseTo(0, 12);
      const shifts = [hodgesLehmann(differences).value, hodgesLehmann(turned).value];
      expect((shifts[0] ?? 0) + (shifts[1] ?? 0)).toBeCloseTo(0, 12);
    }),
  );
});

test('the exact p equals the enumeration of all sign changes', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 9 }), (differences) => {
      const ranks = signedRanks(differences);
      const result = wilcoxonExact(ranks);
      if (result.value === null) return;
      const magnitudes = Array.from(ranks.signed, Math.abs);
      const centre = magnitudes.reduce((a, b) => a + b, 0) / 2;
      let extreme = 0;
      for (let mask = 0; mask < 2 ** magnitudes.length; mask++) {
        const w = magnitudes.reduce((total, rank, i) => total + (mask & (1 << i) ? rank : 0), 0);
        if (Math.abs(w - centre) >= Math.abs(ranks.wPlus - centre) - 1e-9) extreme += 1;
      }
      expect(result.p).toBeCloseTo(extreme / 2 ** magnitudes.length, 12);
    }),
  );
});

test('differences of decimals tie when they are equal on paper', () => {
  expect(pairedDifferences([0.3, 0.2, 0.3, 1.1], [0.2, 0.1, 0.3, 1.1])).toEqual([0.1, 0.1, 0, 0]);
  const ranks = signedRanks(pairedDifferences([0.3, 0.2, 0.1, 0.4], [0.2, 0.1, 0.1, 0.2]));
  expect(ranks).toMatchObject({ zeros: 1, nonzero: 3, tieTerm: 6 });
});

test('fewer than six pairs give the widest Hodges–Lehmann interval and the level that it really has', () => {
  const result = hodgesLehmann([1, 2, 3, 4]);
  expect(result).toMatchObject({ value: 2.5, interval: [1, 4], achievedLevel: 1 - 2 / 16 });
});

test('equivalence is harder to show than non-inferiority, and both need the difference inside the margin', () => {
  const differences = [0.5, -0.2, 0.1, 0.4, 0.3, -0.1, 0.2, 0.6];
  const inferiority = meanNonInferiority(differences, 1);
  const equivalence = meanEquivalence(differences, 1);
  if (inferiority.value === null || equivalence.value === null) throw new Error('undefined');
  expect(equivalence.p).toBeGreaterThanOrEqual(inferiority.p);
  expect(
    meanEquivalence(
      differences.map((d) => d + 5),
      1,
    ),
  ).toMatchObject({ p: expect.closeTo(1, 6) });
});

test('pass marks get McNemar and Tango, not rank tests, and missing pairs are counted', () => {
  const report = pairedAnalysis(
    [
      { name: 'model', values: [1, 1, 1, 0, 1, null] },
      { name: 'resident', values: [1, 0, 0, 0, 1, 1] },
    ],
    { seed: 1, passMargin: 0.1 },
  );
  const [pair] = report.pairs;
  expect(pair).toMatchObject({ n: 5, missing: 1 });
  expect(pair?.results.map((result) => result.statistic)).toEqual([
    'mcnemar.exact',
    'mcnemar.midp',
    'mcnemar.chi2',
    'mcnemar.chi2Cc',
    'tango.difference',
    'newcombe.difference',
    'wald.difference',
    'tango.noninferiority',
    'tango.equivalence',
  ]);
  expect(pair?.results[0]).toMatchObject({ value: 0, p: 0.5, n: 5, pair: ['model', 'resident'] });
});

test('identical arms are no finding: reasons in place of p-values', () => {
  const values = [3, 4, 5, 3];
  const report = pairedAnalysis(
    [
      { name: 'a', values },
      { name: 'b', values },
    ],
    { seed: 1, passThreshold: 4 },
  );
  const results = new Map(report.pairs[0]?.results.map((result) => [result.statistic, result]));
  expect(results.get('wilcoxon.exactPermutation.zerosDropped')).toMatchObject({
    value: null,
    reason: 'all differences are zero',
  });
  expect(results.get('mcnemar.exact')).toMatchObject({ value: null, reason: 'no discordant pairs' });
  expect(results.get('tango.difference')).toMatchObject({ value: 0 });
  expect(results.get('meanDifference')).toMatchObject({ value: null, reason: 'all differences are equal' });
});

test('with three arms every p of a test family is adjusted over all pairs and the omnibus tests are added', () => {
  const arms = [
    { name: 'a', values: [5, 6, 7, 8, 9, 9] },
    { name: 'b', values: [4, 4, 5, 6, 7, 8] },
    { name: 'c', values: [5, 5, 7, 7, 9, 8] },
  ];
  const report = pairedAnalysis(arms, { seed: 1 });
  const raw = report.pairs.map((pair) => pair.results.find((result) => result.statistic === 'wilcoxon.normalCc'));
  expect(raw.map((result) => result?.pHolm)).toEqual(holm(raw.map((result) => result?.p ?? 1)));
  expect(report.overall.map((result) => result.statistic)).toEqual([
    'friedman',
    'kendallW',
    'imanDavenport',
    'nemenyi',
    'nemenyi',
    'nemenyi',
    'conover',
    'conover',
    'conover',
  ]);
});

test('one arm, repeated names and arms of different length are refused', () => {
  expect(() => pairedAnalysis([{ name: 'a', values: [1] }], { seed: 1 })).toThrow(/at least two arms/);
  expect(() =>
    pairedAnalysis(
      [
        { name: 'a', values: [1] },
        { name: 'a', values: [2] },
      ],
      { seed: 1 },
    ),
  ).toThrow(/same name/);
  expect(() =>
    pairedAnalysis(
      [
        { name: 'a', values: [1] },
        { name: 'b', values: [] },
      ],
      { seed: 1 },
    ),
  ).toThrow(/Arm b has 0 values/);
});

test('no paired figure is NaN or infinite for any scores', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })),
        { maxLength: 12 },
      ),
      (rows) => {
        const column = (i: 0 | 1 | 2): number[] => rows.map((row) => row[i]);
        const arms = ([0, 1, 2] as const).map((i) => ({ name: `arm ${i}`, values: column(i) }));
        const report = pairedAnalysis(arms, { seed: 1, margin: 1, passThreshold: 3, passMargin: 0.1, replicates: 50 });
        for (const result of [...report.pairs.flatMap((pair) => pair.results), ...report.overall]) {
          if (result.value === null) expect(result.reason).toMatch(/\w/);
          else expect(Number.isFinite(result.value), result.statistic).toBe(true);
          for (const number of [...(result.ci95 ?? []), result.p ?? 0])
            expect(Number.isFinite(number), result.statistic).toBe(true);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('scores off any grid get a seeded bootstrap, scores on a grid the exact one', () => {
  const thirds = [1, 2, 4, 5, 7, 8, 10, 11].map((value) => value / 3);
  const zeros = thirds.map(() => 0);
  const off = pairedAnalysis(
    [
      { name: 'a', values: thirds },
      { name: 'b', values: zeros },
    ],
    { seed: 5, replicates: 300 },
  );
  const bca = off.pairs[0]?.results.find((result) => result.statistic === 'bootstrapMean.bca95.midTies');
  expect(bca).toMatchObject({
    seed: 5,
    replicates: 300,
    undefinedReplicates: 0,
    ci95: [expect.any(Number), expect.any(Number)],
  });
  const on = pairedAnalysis(
    [
      { name: 'a', values: [1, 2, 4, 5] },
      { name: 'b', values: [0, 0, 0, 0] },
    ],
    { seed: 5 },
  );
  expect(on.pairs[0]?.results.map((result) => result.statistic)).toContain('bootstrapMean.exact.bca95.midTies');
});

test('the teaching case of the synthetic study: Wilcoxon and Nemenyi differ, and BCa with half ties does not exclude zero', () => {
  const scores = z.array(z.number());
  const { data } = z
    .object({ data: z.object({ M: scores, P1: scores, P2: scores }) })
    .parse(JSON.parse(readFileSync(new URL('../../../test/fixtures/statistics/P11.json', import.meta.url), 'utf8')));
  const arms = (['M', 'P1', 'P2'] as const).map((name) => ({ name, values: data[name] }));
  const report = pairedAnalysis(arms, { seed: 1, margin: 1, passThreshold: 20, passMargin: 0.1 });
  const pair = report.pairs.find(({ a, b }) => a === 'M' && b === 'P2');
  const figure = (name: string): unknown => pair?.results.find((result) => result.statistic === name);
  expect(figure('wilcoxon.normal')).toMatchObject({ p: expect.closeTo(0.0473242, 6) });
  expect(figure('wilcoxon.normalCc')).toMatchObject({ pHolm: expect.closeTo(0.0485746, 6) });
  expect(figure('bootstrapMean.exact.bca95.midTies')).toMatchObject({ ci95: [0, expect.closeTo(0.8333, 4)] });
  expect(figure('noninferiority.t')).toMatchObject({ value: expect.closeTo(6.738178, 5) });
  expect(figure('tango.noninferiority')).toMatchObject({ p: expect.closeTo(0.092773, 5) });
  const nemenyi = report.overall.find((result) => result.statistic === 'nemenyi' && result.pair?.[1] === 'P2');
  expect(nemenyi).toMatchObject({ p: expect.closeTo(0.556117, 5) });
});

test('a pair is called different only when the primary test and the primary interval agree, and says why not otherwise', () => {
  const scores = z.array(z.number());
  const { data } = z
    .object({ data: z.object({ M: scores, P1: scores, P2: scores }) })
    .parse(JSON.parse(readFileSync(new URL('../../../test/fixtures/statistics/P11.json', import.meta.url), 'utf8')));
  const arms = (['M', 'P1', 'P2'] as const).map((name) => ({ name, values: data[name] }));
  const report = pairedAnalysis(arms, { seed: 1, margin: 1 });
  const conclusion = (a: string, b: string) => report.pairs.find((pair) => pair.a === a && pair.b === b)?.conclusion;
  expect(conclusion('M', 'P1')).toMatchObject({ finding: 'first higher' });
  expect(conclusion('M', 'P2')).toMatchObject({
    finding: 'not distinguishable',
    reason: 'p (Holm) = 0.043, but the interval [0.0, 0.8] includes 0',
  });
  expect(conclusion('P1', 'P2')).toMatchObject({ finding: 'second higher' });
  expect(report.pairs[0]?.margins).toEqual([
    expect.objectContaining({ claim: 'non-inferiority', level: 0.025, shown: true }),
    expect.objectContaining({ claim: 'equivalence', level: 0.05, shown: false }),
  ]);
});

test('with clusters only figures of whole clusters are given, and one-item clusters change nothing', () => {
  const a = [1, 1, 0, 1, 1, 0, 1, 1];
  const b = [0, 0, 0, 1, 0, 1, 0, 0];
  const arms = [
    { name: 'a', values: a },
    { name: 'b', values: b },
  ];
  const clustered = pairedAnalysis(arms, { seed: 1, clusters: ['p', 'p', 'q', 'q', 'r', 'r', 's', 's'] });
  expect(clustered.pairs[0]?.results.map((result) => result.statistic)).toEqual([
    'clusteredPass.permutation',
    'clusteredPass.meanDifference',
    'clusteredPass.bootstrap.percentile95',
    'clusteredPass.bootstrap.bca95.midTies',
  ]);
  expect(clustered.notes.join(' ')).toMatch(/not independent/);
  const single = pairedAnalysis(arms, { seed: 1, clusters: [...'12345678'] });
  expect(single.pairs[0]?.results).toEqual(pairedAnalysis(arms, { seed: 1 }).pairs[0]?.results);
});

test('with clusters a margin and a pass threshold are still judged, with the cluster-robust error', () => {
  const clusters = Array.from({ length: 24 }, (_, i) => `v${Math.floor(i / 3)}`);
  const random = seededRandom(3);
  const scores = (): number[] => clusters.map(() => 3 + Math.floor(3 * random()));
  const [a, b] = [scores(), scores()];
  const arms = [
    { name: 'a', values: a },
    { name: 'b', values: b },
  ];
  const report = pairedAnalysis(arms, { seed: 1, clusters, margin: 1, passThreshold: 4, passMargin: 0.4 });
  expect(report.pairs[0]?.margins.map(({ statistic, margin }) => [statistic, margin])).toEqual([
    ['clustered.noninferiority', 1],
    ['clustered.equivalence', 1],
    ['clusteredPass.noninferiority', 0.4],
    ['clusteredPass.equivalence', 0.4],
  ]);
  for (const one of report.pairs[0]?.margins ?? []) expect(one.p).toBeGreaterThan(0);
});
