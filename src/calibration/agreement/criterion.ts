import { gwetAC } from '../../statistics/agreement/gwet-ac.ts';
import { alphaEvaluator } from '../../statistics/agreement/krippendorff-alpha.ts';
import { percentAgreement } from '../../statistics/agreement/percent-agreement.ts';
import { sparseFromCounts } from '../../statistics/agreement/ratings.ts';
import { agreementWeights, withinWeights } from '../../statistics/agreement/weights.ts';
import { patternBootstrap } from '../../statistics/resampling/pattern-bootstrap.ts';
import { sum } from '../../statistics/vector.ts';
import type { ScorePattern } from '../counts-schema.ts';
import { bootstrapFigure, estimateFigure, seed, shareFigure, tooFew } from '../figure.ts';
import type { AgreementItem, Confusion } from '../schema.ts';

const scale = [1, 2, 3, 4, 5];
const examplesShown = 3;
const confusionsShown = 4;

const methods = {
  alpha: {
    statistic: 'krippendorffAlpha.ordinal',
    method: "Krippendorff's alpha, ordinal difference",
  },
  ac2: { statistic: 'weighted.quadratic.gwetAC', method: "Gwet's AC2, quadratic weights" },
  exact: { statistic: 'percentAgreement', method: 'Percent agreement, exact' },
  within: { statistic: 'percentAgreement.within1', method: 'Percent agreement within 1 point of the scale' },
};

/** How often each point of the scale was given in a round. */
export function countsOfPattern(pattern: string): number[] {
  return scale.map((point) => [...pattern].filter((digit) => Number(digit) === point).length);
}

/**
 * Agreement on one criterion from the counts of its score patterns: ordinal alpha with an interval from resampling rounds,
 * AC2 and percent agreement beside it, and the points that are confused most often.
 */
export function criterionAgreement(
  item: string,
  patterns: ScorePattern[],
  { raters, replicates, slice }: { raters: number; replicates: number; slice?: string },
): AgreementItem {
  const merged = mergePatterns(patterns);
  const counts = merged.map(({ pattern }) => countsOfPattern(pattern));
  const times = merged.map(({ units }) => units);
  const pairable = sum(merged.map(({ pattern, units }) => (pattern.length > 1 ? units : 0)));
  const all = sum(times);
  const ratings = sum(merged.map(({ pattern, units }) => pattern.length * units));
  const size = { n: pairable, single: all - pairable, ratings, raters, missing: all * raters - ratings };
  const base = { item, ...(slice === undefined ? {} : { slice }), ...size };
  const few = tooFew(methods.alpha, pairable);
  if (few !== undefined) return { ...base, headline: few, beside: [] };
  const evaluator = alphaEvaluator(sparseFromCounts(counts), 'ordinal', scale);
  // Rounds with one review enter no pair, so they are not resampled either.
  const comparable = merged.flatMap(({ pattern }, index) => (pattern.length > 1 ? [index] : []));
  const weights = new Float64Array(merged.length);
  const statistic = (drawn: ArrayLike<number>): number | null => {
    for (const [place, index] of comparable.entries()) weights[index] = drawn[place] ?? 0;
    return evaluator.alpha(weights).value;
  };
  const alpha = patternBootstrap(
    comparable.map((index) => times[index] ?? 0),
    statistic,
    { seed, replicates },
  );
  const percent = (label: typeof methods.exact, within: number) =>
    shareFigure(label, percentAgreement(counts, withinWeights(within, scale), times));
  return {
    ...base,
    headline: bootstrapFigure(methods.alpha, alpha, 'rounds'),
    beside: [
      estimateFigure(methods.ac2, gwetAC(counts, agreementWeights('quadratic', scale), times)),
      percent(methods.exact, 0),
      percent(methods.within, 1),
    ],
    ...(slice === undefined ? { confusion: confusionsOf(merged) } : {}),
  };
}

type Merged = { pattern: string; units: number; examples: string[] };

/** The patterns of all places together, with the instances of the first few of each. */
function mergePatterns(patterns: ScorePattern[]): Merged[] {
  const byPattern = Map.groupBy(patterns, (one) => one.pattern);
  return [...byPattern.keys()].sort().map((pattern) => {
    const alike = byPattern.get(pattern) ?? [];
    return {
      pattern,
      units: sum(alike.map((one) => one.units)),
      examples: alike.map((one) => one.example).slice(0, examplesShown),
    };
  });
}

/** Pairs of different points by how often two reviewers of one round gave them, the most frequent first. */
function confusionsOf(merged: Merged[]): Confusion[] {
  const found = new Map<string, Confusion>();
  let all = 0;
  for (const { pattern, units, examples } of merged) {
    const counts = countsOfPattern(pattern);
    all += (units * pattern.length * (pattern.length - 1)) / 2;
    for (const [low, a] of scale.entries())
      for (const [offset, b] of scale.slice(low + 1).entries()) {
        const pairs = units * (counts[low] ?? 0) * (counts[low + 1 + offset] ?? 0);
        if (pairs === 0) continue;
        const known = found.get(`${a}${b}`) ?? { a, b, pairs: 0, share: 0, examples: [] };
        known.pairs += pairs;
        known.examples = [...new Set([...known.examples, ...examples])].slice(0, examplesShown);
        found.set(`${a}${b}`, known);
      }
  }
  return [...found.values()]
    .map((one) => ({ ...one, share: one.pairs / all }))
    .sort((x, y) => y.pairs - x.pairs || x.a - y.a || x.b - y.b)
    .slice(0, confusionsShown);
}
