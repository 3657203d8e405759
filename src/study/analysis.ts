import { type IccForm, icc, twoWayAnova } from '../statistics/agreement/icc.ts';
import { type Arm, type PairedReport, pairedAnalysis } from '../statistics/comparisons/analysis.ts';
import { holm } from '../statistics/hypothesis-tests/holm.ts';
import { pairedMean } from '../statistics/hypothesis-tests/paired-t.ts';
import { rateOf } from '../statistics/intervals/proportion.ts';
import { pairedDifferences } from '../statistics/ranks.ts';
import { intervalOf, type StatisticResult, withInterval } from '../statistics/result.ts';
import { at } from '../statistics/vector.ts';
import type { StudyDesign } from './design-schema.ts';
import { compareArms, contrastFinding, plain, pointingElsewhere, type Question, settingsOf } from './finding.ts';
import type { SourceGuess } from './rating-schema.ts';
import { isClustered, outcomeName, secondaryPrimary } from './registered.ts';
import type { StudyAnalysis, StudyFinding } from './report-schema.ts';
import type { StudyPlan } from './schema.ts';
import { armScores, type CountedRating } from './scores.ts';
import type { SealedDesign } from './sealed-design.ts';

export type Figures = Pick<
  StudyAnalysis,
  'arms' | 'primary' | 'elsewhere' | 'secondary' | 'pairs' | 'overall' | 'sensitivity' | 'counterfactual' | 'forest'
>;

/** All figures of a study from its counted ratings: the registered analysis, then what stands beside it. */
export function figuresOf(sealed: SealedDesign, ratings: readonly CountedRating[], plan: StudyPlan): Figures {
  const { design } = sealed;
  const { registration } = design;
  const totals = armScores(design, ratings, { of: 'total' });
  const scored = armScores(design, ratings, registration.outcome);
  const report = pairedAnalysis(totals, { ...settingsOf(design), ...registration.beside });
  const primary = contrastFinding(design, scored, registration);
  const all = compareArms(design, scored, registration).results;
  const overall = registration.outcome.of === 'total' ? report.overall : [];
  const secondary = secondaryFindings(design, ratings);
  return {
    arms: armFigures(sealed, ratings, totals),
    primary,
    elsewhere: pointingElsewhere(primary, all, overall, registration.alpha),
    secondary,
    pairs: pairFigures(report, plan),
    overall: [...report.overall.map(plain), ...armIcc(totals)],
    sensitivity: otherTieRule(design, totals),
    counterfactual: counterfactual(design, totals),
    forest: forestRows([primary], 'primary').concat(forestRows(secondary, 'secondary'), pairRows(report)),
  };
}

/** Every secondary contrast by the registered test and interval, or those that fit its outcome; Holm over all of them. */
function secondaryFindings(design: StudyDesign, ratings: readonly CountedRating[]): StudyFinding[] {
  const questions = design.registration.secondary.map(({ contrast, outcome }) => {
    const question: Question = {
      contrast,
      outcome,
      hypothesis: { claim: 'difference' },
      ...secondaryPrimary(design, outcome),
    };
    return { question, arms: armScores(design, ratings, outcome) };
  });
  const single = questions.map(({ question, arms }) => contrastFinding(design, arms, question));
  // A contrast whose test is undefined can reject nothing but still counts as a member of the family.
  const adjusted = holm(single.map((one) => one.test.p ?? 1));
  return questions.map(({ question, arms }, index) =>
    single[index]?.test.p === undefined
      ? contrastFinding(design, arms, question)
      : contrastFinding(design, arms, question, at(adjusted, index)),
  );
}

function meanFigure(statistic: string, values: readonly number[], clustered: boolean): StatisticResult {
  const n = values.length;
  const figure = { statistic, method: 'Mean over vignettes', n };
  const result = pairedMean(values);
  if (result.value === null) {
    const [only] = values;
    const alike = only !== undefined && values.every((value) => value === only);
    return alike
      ? { ...figure, value: only, notes: ['no interval: all values are equal, or there is one only'] }
      : { ...figure, ...result };
  }
  if (clustered)
    return { ...figure, value: result.value, notes: ['no interval: vignettes of a pair are not independent'] };
  const how = { level: 0.95, method: `t interval over vignettes, ${result.df} degrees of freedom` };
  return withInterval({ ...figure, value: result.value, se: result.se }, result.interval, how);
}

const present = (arm: Arm | undefined): number[] => (arm?.values ?? []).filter((value) => value !== null);

function armFigures(
  { design, axes }: SealedDesign,
  ratings: readonly CountedRating[],
  totals: readonly Arm[],
): StudyAnalysis['arms'] {
  const clustered = isClustered(design);
  const byAxis = axes.map(({ id }) => ({ id, arms: armScores(design, ratings, { of: 'axis', axis: id }) }));
  const { outcome, beside } = design.registration;
  const threshold = outcome.of === 'pass' ? outcome.threshold : beside.passThreshold;
  return design.arms.map(({ id }, index) => {
    const total = present(totals[index]);
    const passed = total.filter((value) => threshold !== undefined && value >= threshold).length;
    const { ci95, ...rate } = rateOf(passed, total.length);
    const ends: [number, number] | null = ci95 === null || clustered ? null : [ci95[0], ci95[1]];
    return {
      arm: id,
      total: plain(meanFigure('mean', total, clustered)),
      axes: byAxis.map((axis) => ({
        axis: axis.id,
        figure: plain(meanFigure('mean', present(axis.arms[index]), clustered)),
      })),
      ...(threshold === undefined ? {} : { passed: { ...rate, ci95: ends } }),
    };
  });
}

function pairFigures(report: PairedReport, plan: StudyPlan): StudyAnalysis['pairs'] {
  const refused = (claim: string, margin: number, of: string): boolean =>
    plan.claims.some((one) => one.refused && one.claim === `${claim} on ${of} at margin ${margin}`);
  return report.pairs.map(({ results, margins, ...pair }) => ({
    ...pair,
    margins: margins.map((one) => ({
      ...one,
      refused: refused(
        one.claim,
        one.margin,
        /^(tango|clusteredPass)\./.test(one.statistic) ? 'pass/fail' : 'the total',
      ),
    })),
    results: results.map(plain),
  }));
}

/** The intraclass correlations of the arms' totals, where every vignette has all of them. */
function armIcc(totals: readonly Arm[]): StudyAnalysis['overall'] {
  const rows = (totals[0]?.values ?? [])
    .map((_, index) => totals.flatMap((arm) => arm.values[index] ?? []))
    .filter((row) => row.length === totals.length);
  const anova = twoWayAnova(rows);
  const forms: [IccForm, string][] = [
    ['2_1', 'ICC(2,1) of the arms over vignettes, absolute agreement, one arm'],
    ['2_k', 'ICC(2,k) of the arms over vignettes, absolute agreement, mean of the arms'],
  ];
  return forms.map(([form, method]) => {
    const figure = { statistic: `icc.arms.${form}`, method, n: rows.length, raters: totals.length };
    if (anova.value === null) return { ...figure, value: null, reason: anova.reason };
    const result = icc(anova, form);
    if (result.value === null) return { ...figure, value: null, reason: result.reason };
    if (result.ci95 === null) return { ...figure, value: result.value };
    const method95 = 'F-based interval (Shrout and Fleiss)';
    return plain({ ...figure, value: result.value, ci95: result.ci95, ciMethod: method95 });
  });
}

/** BCa of every pair by the rule for ties that was not registered: on discrete scores the ends move by a step. */
function otherTieRule(design: StudyDesign, totals: readonly Arm[]): StudyAnalysis['sensitivity'] {
  const tieRule = design.registration.tieRule === 'mid' ? 'strict' : 'mid';
  const { pairs } = pairedAnalysis(totals, { ...settingsOf(design), tieRule });
  return pairs.flatMap((pair) =>
    pair.results
      .filter((one) => one.statistic.startsWith('bootstrapMean') && one.statistic.includes('.bca'))
      .map(plain),
  );
}

/** For each arm, how its total changes with the one fact in which the vignettes of a pair differ. */
function counterfactual(design: StudyDesign, totals: readonly Arm[]): StudyAnalysis['counterfactual'] {
  const ids = [...new Set(design.vignettes.flatMap((one) => one.pair?.id ?? []))];
  if (ids.length === 0) return [];
  const indexOf = (pair: string, side: 'base' | 'changed'): number =>
    design.vignettes.findIndex((one) => one.pair?.id === pair && one.pair.side === side);
  return totals.map((arm) => {
    const both = ids.flatMap((id) => {
      const [base, changed] = [arm.values[indexOf(id, 'base')], arm.values[indexOf(id, 'changed')]];
      return base === null || base === undefined || changed === null || changed === undefined
        ? []
        : [{ base, changed }];
    });
    const differences = pairedDifferences(
      both.map((one) => one.changed),
      both.map((one) => one.base),
    );
    const figure = meanFigure('counterfactual', differences, false);
    return {
      arm: arm.name,
      pairs: both.length,
      difference: plain({ ...figure, method: 'Mean difference changed − base within pairs' }),
    };
  });
}

function forestRows(findings: readonly StudyFinding[], panel: 'primary' | 'secondary'): StudyAnalysis['forest'] {
  return findings.flatMap(({ contrast, outcome, interval }) => {
    const ends = intervalOf(interval);
    if (interval.value === null || ends === undefined) return [];
    return [
      {
        panel: `${panel}: ${outcomeName(outcome)}`,
        label: `${contrast.a} − ${contrast.b}`,
        value: interval.value,
        lower: ends[0],
        upper: ends[1],
        unit: outcome.of === 'pass' ? ('share' as const) : ('points' as const),
        primary: panel === 'primary',
      },
    ];
  });
}

function pairRows(report: PairedReport): StudyAnalysis['forest'] {
  return report.pairs.flatMap(({ a, b, results, conclusion }) =>
    results
      .filter(
        ({ statistic }) =>
          statistic === conclusion.interval || /^(tango\.difference|clusteredPass\.mean)/.test(statistic),
      )
      .flatMap((one) => {
        const ends = intervalOf(one);
        if (one.value === null || ends === undefined) return [];
        const share = /^(tango|clusteredPass)/.test(one.statistic);
        return [
          {
            panel: share ? 'all pairs: pass' : 'all pairs: total',
            label: `${a} − ${b}`,
            value: one.value,
            lower: ends[0],
            upper: ends[1],
            unit: share ? ('share' as const) : ('points' as const),
            primary: false,
          },
        ];
      }),
  );
}

/** How often raters recognised a source, and how often their guesses of model or person are right. */
export function blindingOf(
  { design }: SealedDesign,
  ratings: readonly CountedRating[],
  guesses: readonly { response: string; guess: SourceGuess }[],
): StudyAnalysis['blinding'] {
  const armOf = new Map(ratings.map((one) => [one.of.id, one.of.arm]));
  const models = new Set(design.arms.filter((arm) => arm.kind === 'model').map((arm) => arm.id));
  const count = { right: 0, wrong: 0, unsure: 0 };
  for (const { response, guess } of guesses) {
    const model = models.has(armOf.get(response) ?? '');
    count[guess === 'unsure' ? 'unsure' : (guess === 'model') === model ? 'right' : 'wrong'] += 1;
  }
  const { ci95, ...rate } = rateOf(count.right, count.right + count.wrong);
  return {
    recognised: { k: ratings.filter((one) => one.recognised).length, n: ratings.length },
    guesses: count,
    rightRate: { ...rate, ci95: ci95 === null ? null : [ci95[0], ci95[1]] },
  };
}
