import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApp } from '../../test/app.ts';
import { asMaker, openedStudy, rateAll, responses, studyApp } from '../../test/study.ts';
import { type ExpectedFigure, syn30, syn30Design, syn30Scores, syn30Text } from '../../test/syn-30.ts';
import { StudyAnalysis, type StudyFigure } from './report-schema.ts';

let app: TestApp;
let analysis: StudyAnalysis;

beforeAll(async () => {
  app = await studyApp();
  const of = syn30Design();
  const { id } = await openedStudy(app, of, responses(of, syn30Text));
  for (const rater of ['rater-a', 'rater-b']) await rateAll(app, id, rater, syn30Scores());
  await asMaker(app, 'POST', `/${id}/close`, {});
  const reply = await app.as('engineer').send('GET', `/v1/studies/${id}/analysis`);
  expect([reply.status, reply.status === 200 ? '' : reply.body]).toEqual([200, '']);
  analysis = StudyAnalysis.parse(reply.body);
});
afterAll(() => app.close());

const arms: Record<string, string> = { M: 'model', P1: 'pgy1', P2: 'pgy2' };

type Found = { value: number | number[] | null | undefined; p?: number | undefined; ci?: number[] | undefined };

function named(figures: readonly StudyFigure[], statistic: string, pair?: string[]): StudyFigure {
  const found = figures.find(
    (one) =>
      one.statistic === statistic && (pair === undefined || one.pair?.toSorted().join() === pair.toSorted().join()),
  );
  if (found === undefined) throw new Error(`The analysis has no ${statistic} ${pair?.join(' − ') ?? ''}.`);
  return found;
}

const asFound = (one: StudyFigure): Found => ({ value: one.value, p: one.p, ci: one.ci95 });
const mid = 'bootstrapMean.exact.bca95.midTies';
const strict = 'bootstrapMean.exact.bca95.strictTies';

/** Figures whose names in the analysis differ from the fixture's, or that are part of another figure. */
const parts: Record<string, (figures: StudyFigure[]) => Found> = {
  'wilcoxon.Wplus': (all) => ({ value: named(all, 'wilcoxon.normal').details?.wPlus }),
  'wilcoxon.Wminus': (all) => ({ value: named(all, 'wilcoxon.normal').details?.wMinus }),
  'wilcoxon.zeros': (all) => ({ value: named(all, 'wilcoxon.normal').details?.zeros }),
  'wilcoxon.pratt.Z': (all) => ({
    ...asFound(named(all, 'wilcoxon.pratt')),
    value: named(all, 'wilcoxon.pratt').testStatistic,
  }),
  // Without zeros nothing is dropped, and the analysis does not print the same figure twice.
  'hodgesLehmann.zerosDropped': (all) =>
    asFound(all.find((one) => one.statistic === 'hodgesLehmann.zerosDropped') ?? named(all, 'hodgesLehmann')),
  'noninferiority.margin1.t': (all) => asFound(named(all, 'noninferiority.t')),
  'bootstrapMean.acceleration': (all) => ({ value: named(all, mid).details?.acceleration }),
  'bootstrapMean.exact.z0.midTies': (all) => ({ value: named(all, mid).details?.z0 }),
  'bootstrapMean.exact.z0.strictTies': (all) => ({ value: named(all, strict).details?.z0 }),
  // Drawn in the fixture, to one step of the grid; the analysis has the exact distribution.
  'bootstrapMean.bca95.strictTies': (all) => asFound(named(all, strict)),
  'bootstrapMean.bca95.scipy': (all) => asFound(named(all, mid)),
  'bootstrapMean.percentile95': (all) => asFound(named(all, 'bootstrapMean.exact.percentile95')),
  'pass20.b': (all) => ({ value: named(all, 'mcnemar.exact').details?.onlyFirst }),
  'pass20.c': (all) => ({ value: named(all, 'mcnemar.exact').details?.onlySecond }),
  'pass20.mcnemar.chi2': (all) => asFound(named(all, 'mcnemar.chi2')),
  'pass20.mcnemar.chi2Cc': (all) => asFound(named(all, 'mcnemar.chi2Cc')),
  'pass20.tango.difference': (all) => asFound(named(all, 'tango.difference')),
  'pass20.tango.noninferiority.margin0.10.Z': (all) => asFound(named(all, 'tango.noninferiority')),
};

function ofPair(pair: string[], statistic: string): Found {
  const [a, b] = pair.map((one) => arms[one] ?? one);
  const own = analysis.pairs.find((one) => one.a === a && one.b === b)?.results ?? [];
  const beside = analysis.sensitivity.filter((one) => one.pair?.[0] === a && one.pair?.[1] === b);
  const figures = [...own, ...beside];
  const part = parts[statistic];
  if (part !== undefined) return part(figures);
  const [, test] = /^(?:pass20\.)?(.+)\.p$/.exec(statistic) ?? [];
  return test === undefined ? asFound(named(figures, statistic)) : { value: named(figures, test).p };
}

function found(name: string): Found {
  const [, x, y, statistic] = /^(M|P2)-(P[12])\.(.+)$/.exec(name) ?? [];
  if (x !== undefined && y !== undefined && statistic !== undefined) return ofPair([x, y], statistic);
  const [, first, second] = /^nemenyi\.(\w+)-(\w+)\.p$/.exec(name) ?? [];
  if (first !== undefined && second !== undefined)
    return { value: named(analysis.overall, 'nemenyi', [arms[first] ?? '', arms[second] ?? '']).p };
  const friedman = named(analysis.overall, 'friedman');
  const totals = ['model', 'pgy1', 'pgy2'].map((id) => analysis.arms.find((one) => one.arm === id)?.total);
  const others: Record<string, () => Found> = {
    sums: () => ({ value: totals.map((one) => (one?.value ?? 0) * (one?.n ?? 0)) }),
    'wilcoxon.normalCc.holm': () => ({
      value: [
        ['model', 'pgy1'],
        ['model', 'pgy2'],
        ['pgy2', 'pgy1'],
      ].map(
        ([a, b]) =>
          named(analysis.pairs.find((one) => one.a === a && one.b === b)?.results ?? [], 'wilcoxon.normalCc').pHolm ??
          -1,
      ),
    }),
    friedman: () => asFound(friedman),
    'friedman.rankSums': () => ({
      value: ['model', 'pgy1', 'pgy2'].map((id) => friedman.details?.[`rankSum.${id}`] ?? -1),
    }),
    kendallW: () => asFound(named(analysis.overall, 'kendallW')),
    imanDavenport: () => asFound(named(analysis.overall, 'imanDavenport')),
    'icc.2_1': () => asFound(named(analysis.overall, 'icc.arms.2_1')),
    'icc.2_k': () => asFound(named(analysis.overall, 'icc.arms.2_k')),
  };
  const other = others[name];
  if (other === undefined) throw new Error(`The test does not know where ${name} is.`);
  return other();
}

function near(actual: number | undefined | null, wanted: number, tolerance: number, what: string): void {
  expect([what, typeof actual]).toEqual([what, 'number']);
  expect(Math.abs((actual ?? Number.NaN) - wanted), `${what}: ${actual}, expected ${wanted}`).toBeLessThanOrEqual(
    tolerance,
  );
}

function agrees(name: string, wanted: ExpectedFigure): void {
  const actual = found(name);
  const values = [actual.value].flat();
  for (const [i, value] of [wanted.value].flat().entries()) near(values[i], value, wanted.tolerance, name);
  if (wanted.p !== undefined) near(actual.p, wanted.p, wanted.pTolerance ?? 0, `${name}, p`);
  for (const [i, end] of (wanted.ci ?? []).entries())
    near(actual.ci?.[i], end, wanted.ciTolerance ?? 0, `${name}, interval`);
}

describe('SYN-30, rated through the routes', () => {
  test.each(Object.entries(syn30.expected))('%s', agrees);

  test('says why the model against second-year residents is not a finding', () => {
    const { primary, elsewhere } = analysis;
    expect(primary).toMatchObject({ finding: 'not distinguishable', agree: false, n: 30, missing: 0 });
    expect(primary.test.p).toBeCloseTo(0.04326044, 7);
    expect(primary.sentence).toMatch(
      /^model and pgy2 are not distinguishable on total: difference 0\.4 \[0\.0, 0\.8\]/,
    );
    expect(primary.sentence).toMatch(/p = 0\.043, but the interval \[0\.0, 0\.8\] includes 0/);
    expect(primary.sentence).toMatch(
      /test and the registered interval do not say the same; both must, so this is no finding/,
    );
    expect(elsewhere.join('\n')).toMatch(/percentile.*: \[0\.0, 0\.8\] excludes 0|percentile.*excludes 0/);
    expect(elsewhere.join('\n')).toMatch(/Wilcoxon signed rank, normal approximation.*p = 0\.04/);
    expect(elsewhere.join('\n')).not.toMatch(/Nemenyi/);
  });

  test('adjusts the secondary contrasts by Holm over them alone', () => {
    const ps = analysis.secondary.map((one) => [one.finding, one.test.p, one.test.pHolm]);
    expect(ps).toEqual([
      ['first higher', expect.closeTo(1.348555e-6, 11), expect.closeTo(2.69711e-6, 11)],
      ['first higher', expect.closeTo(3.367662e-5, 10), expect.closeTo(3.367662e-5, 10)],
    ]);
  });

  test('keeps the claim that the plan refused from being made, whatever the figures say', () => {
    expect(analysis.refused).toContain('non-inferiority on pass/fail at margin 0.1 with 30 vignettes: power .18');
    const margins = analysis.pairs.find((one) => one.b === 'pgy1' && one.a === 'model')?.margins;
    expect(margins?.find((one) => one.statistic === 'tango.noninferiority')).toMatchObject({
      shown: true,
      refused: true,
    });
    expect(margins?.find((one) => one.statistic === 'noninferiority.t')).toMatchObject({ shown: true, refused: false });
  });

  test('counts the flow from rows, and finds the registration followed', () => {
    expect(analysis.flow).toMatchObject({
      vignettes: 30,
      ratings: { planned: 180, received: 180, imported: 0, excluded: 0, analysed: 180 },
      raters: [
        { rater: 'rater-a', planned: 90, ratings: 90 },
        { rater: 'rater-b', planned: 90, ratings: 90 },
      ],
    });
    expect(analysis.flow.arms.map((one) => [one.arm, one.responses, one.ratings, one.vignettesAnalysed])).toEqual([
      ['model', 30, 60, 30],
      ['pgy2', 30, 60, 30],
      ['pgy1', 30, 60, 30],
    ]);
    expect(analysis.conduct.checks.filter((one) => one.met !== true)).toEqual([]);
    expect(analysis.conduct.followed).toBe(true);
  });

  test('gives agreement by axis with an interval, and precision after', () => {
    const total = analysis.agreement.find((one) => one.axis === 'total');
    expect(named(total?.results ?? [], 'icc.2_1').value).toBeGreaterThan(0.8);
    const [axis] = analysis.agreement;
    expect(named(axis?.results ?? [], 'krippendorffAlpha.ordinal').ci95).toBeDefined();
    const spread = analysis.power.after.find((one) => one.text.startsWith('standard deviation'));
    expect(spread?.value).toBeCloseTo(1.16511, 4);
  });
});
