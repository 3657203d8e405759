import { type Arm, type PairComparison, pairedAnalysis } from '../statistics/comparisons/analysis.ts';
import { findingOf } from '../statistics/comparisons/finding.ts';
import { intervalText } from '../statistics/digits.ts';
import { type Interval, intervalOf, type StatisticResult } from '../statistics/result.ts';
import type { Hypothesis, PrimaryInterval, StudyContrast, StudyDesign, StudyOutcome } from './design-schema.ts';
import { valueText } from './figure-text.ts';
import { clustersOf, isClustered, outcomeName } from './registered.ts';
import type { StudyFinding } from './report-schema.ts';

/** A contrast with the test and the interval that decide it. */
export type Question = {
  contrast: StudyContrast;
  outcome: StudyOutcome;
  hypothesis: Hypothesis;
  test: string;
  interval: PrimaryInterval;
};

/** Settings of the statistics engine for a design: its seed, tie rule, level, and clusters where vignettes hang together. */
export function settingsOf(design: StudyDesign) {
  const { alpha, tieRule, replicates } = design.registration;
  const clusters = isClustered(design) ? { clusters: clustersOf(design) } : {};
  return { seed: design.seed, alpha, tieRule, replicates, ...clusters };
}

/** All figures of one contrast; `alpha` where the intervals need another level than the registered one. */
export function compareArms(
  design: StudyDesign,
  arms: readonly Arm[],
  { contrast, hypothesis, outcome }: Pick<Question, 'contrast' | 'hypothesis' | 'outcome'>,
  alpha = design.registration.alpha,
): PairComparison {
  const pair = [contrast.a, contrast.b].flatMap((id) => arms.find((arm) => arm.name === id) ?? []);
  const given = hypothesis.claim === 'difference' ? undefined : hypothesis.margin;
  const margin = given === undefined ? {} : outcome.of === 'pass' ? { passMargin: given } : { margin: given };
  const [comparison] = pairedAnalysis(pair, { ...settingsOf(design), ...margin, alpha }).pairs;
  if (comparison === undefined) throw new Error(`The contrast ${contrast.a} − ${contrast.b} has no comparison.`);
  return comparison;
}

/** The figure of a registered interval: the exact bootstrap has another name than the drawn one. */
export function intervalFigure(
  results: readonly StatisticResult[],
  interval: PrimaryInterval,
): StatisticResult | undefined {
  const [, kind] = /^bootstrapMean\.(\w+)$/.exec(interval) ?? [];
  return results.find(({ statistic }) =>
    kind === undefined
      ? statistic === interval
      : statistic.startsWith('bootstrapMean') && statistic.includes(`.${kind}`),
  );
}

function absent(statistic: string, n: number): StatisticResult {
  return { statistic, method: statistic, value: null, reason: 'the data do not define it', n };
}

/**
 * What a contrast shows by its one test and its one interval; both must say it. `pHolm` is the p-value adjusted over a family of
 * contrasts, where it belongs to one.
 */
export function contrastFinding(
  design: StudyDesign,
  arms: readonly Arm[],
  question: Question,
  pHolm?: number,
): StudyFinding {
  const { contrast, outcome, hypothesis } = question;
  const { alpha } = design.registration;
  const comparison = compareArms(design, arms, question);
  // Two one-sided tests at alpha each are the interval of level 1 − 2 alpha.
  const wide = hypothesis.claim === 'equivalence' ? compareArms(design, arms, question, 2 * alpha) : comparison;
  const found =
    comparison.results.find((one) => one.statistic === question.test) ?? absent(question.test, comparison.n);
  const test = pHolm === undefined ? found : { ...found, pHolm };
  const interval = intervalFigure(wide.results, question.interval) ?? absent(question.interval, comparison.n);
  const judged =
    hypothesis.claim === 'difference'
      ? differenceFinding(test, interval, alpha)
      : marginFinding(test, interval, { hypothesis, alpha });
  return {
    contrast,
    outcome,
    hypothesis,
    n: comparison.n,
    missing: comparison.missing,
    test: plain(test),
    interval: plain(interval),
    ...judged,
    sentence: sentenceOf(question, interval, judged),
  };
}

type Judged = Pick<StudyFinding, 'agree' | 'finding' | 'reason'>;

function differenceFinding(test: StatisticResult, interval: StatisticResult, alpha: number): Judged {
  const primary = { test: test.statistic, interval: interval.statistic };
  const { finding, reason } = findingOf([test, interval], primary, alpha);
  const p = test.pHolm ?? test.p;
  const ends = intervalOf(interval);
  const rejects = p !== undefined && p < alpha;
  const outside = ends !== undefined && (ends[0] > 0 || ends[1] < 0);
  return { finding, reason, agree: rejects === outside };
}

function marginFinding(
  test: StatisticResult,
  interval: StatisticResult,
  { hypothesis, alpha }: { hypothesis: Exclude<Hypothesis, { claim: 'difference' }>; alpha: number },
): Judged {
  const { claim, margin } = hypothesis;
  const level = claim === 'equivalence' ? alpha : alpha / 2;
  const ends = intervalOf(interval);
  const rejects = test.p !== undefined && test.p < level;
  const inside = ends !== undefined && ends[0] > -margin && (claim === 'non-inferiority' || ends[1] < margin);
  const p = test.p === undefined ? `the test is not defined (${test.reason ?? 'no reason'})` : pSaid(test.p, level);
  const within = claim === 'equivalence' ? `within ±${margin}` : `above −${margin}`;
  const place =
    ends === undefined
      ? 'there is no interval'
      : `the interval ${intervalText(ends)} is ${inside ? '' : 'not '}${within}`;
  return {
    finding: rejects && inside ? 'shown' : 'not shown',
    agree: rejects === inside,
    reason: `${p}, and ${place}`,
  };
}

function pSaid(p: number, level: number): string {
  const digits = p < 0.0001 ? p.toExponential(1) : p.toPrecision(2);
  return `one-sided p = ${digits}, ${p < level ? '' : 'not '}below ${level}`;
}

function sentenceOf({ contrast, outcome, hypothesis }: Question, interval: StatisticResult, judged: Judged): string {
  const { a, b } = contrast;
  const of = outcomeName(outcome);
  const mean = valueText(plain(interval));
  const split = judged.agree
    ? ''
    : ' The registered test and the registered interval do not say the same; both must, so this is no finding.';
  switch (judged.finding) {
    case 'first higher':
      return `${a} is rated higher than ${b} on ${of}: difference ${mean} (${judged.reason}).`;
    case 'second higher':
      return `${b} is rated higher than ${a} on ${of}: difference ${a} − ${b} ${mean} (${judged.reason}).`;
    case 'not distinguishable':
      return `${a} and ${b} are not distinguishable on ${of}: difference ${mean} (${judged.reason}).${split} "Not distinguishable" is no proof of equality.`;
    default:
      return `${hypothesis.claim} of ${a} against ${b} on ${of} is ${judged.finding} at margin ${hypothesis.claim === 'difference' ? '' : hypothesis.margin}: difference ${mean} (${judged.reason}).${split}${judged.finding === 'not shown' ? ' "Not shown" is no proof of the contrary.' : ''}`;
  }
}

/** A figure as reports hold it: the engine's tuples are read-only. */
export function plain({ pair, ci95, ci, ...figure }: StatisticResult): StudyFinding['test'] {
  const ends = ([low, high]: Interval): [number, number] => [low, high];
  return {
    ...figure,
    ...(pair === undefined ? {} : { pair: [pair[0], pair[1]] }),
    ...(ci95 === undefined ? {} : { ci95: ends(ci95) }),
    ...(ci === undefined ? {} : { ci: ends(ci) }),
  };
}

/** Figures of the same difference that point elsewhere than the registered test and interval: context, no second chance. */
export function pointingElsewhere(
  finding: StudyFinding,
  results: readonly StatisticResult[],
  overall: readonly StatisticResult[],
  alpha: number,
): string[] {
  if (finding.hypothesis.claim !== 'difference') return [];
  const found = finding.finding !== 'not distinguishable';
  const { a, b } = finding.contrast;
  const posthoc = overall.filter(({ pair }) => pair?.includes(a) && pair.includes(b));
  const tests = [...results, ...posthoc]
    .filter(({ statistic }) => /^(wilcoxon\.|mcnemar\.|meanDifference$|nemenyi$|conover$)/.test(statistic))
    .filter(({ statistic, p }) => statistic !== finding.test.statistic && p !== undefined && p < alpha !== found);
  const intervals = results
    .filter(({ statistic }) => /^(bootstrapMean|hodgesLehmann$|meanDifference$|tango\.d|newcombe|wald)/.test(statistic))
    .flatMap((one) => {
      const ends = intervalOf(one);
      if (ends === undefined || one.statistic === finding.interval.statistic) return [];
      const outside = ends[0] > 0 || ends[1] < 0;
      return outside === found
        ? []
        : [`${one.ciMethod ?? one.method}: ${intervalText(ends)} ${outside ? 'excludes' : 'includes'} 0`];
    });
  return [...tests.map(({ method, pHolm, p }) => `${method}: p = ${(pHolm ?? p ?? 1).toPrecision(2)}`), ...intervals];
}
