import { alphaEvaluator } from '../../statistics/agreement/krippendorff-alpha.ts';
import { type SparseUnit, sparseFromCounts } from '../../statistics/agreement/ratings.ts';
import { patternBootstrap } from '../../statistics/resampling/pattern-bootstrap.ts';
import { sum } from '../../statistics/vector.ts';
import type { ReviewerPattern } from '../counts-schema.ts';
import { bootstrapFigure, seed, tooFew } from '../figure.ts';
import type { AgreementItem } from '../schema.ts';
import { countsOfPattern } from './criterion.ts';

const scale = [1, 2, 3, 4, 5];
const label = {
  statistic: 'krippendorffAlpha.ordinal.againstPeers',
  method:
    "Krippendorff's alpha, ordinal difference, own score against each peer's, the peers of a round weighted alike",
};

/**
 * How far one reviewer agrees with the others on a criterion. Each round gives pairs of the own score and a peer's, with
 * weights that sum to 1, so that a round with many peers counts no more; what peers say among themselves stays out.
 */
export function reviewerAgreement(
  reviewer: string,
  criterion: string,
  rows: ReviewerPattern[],
  replicates: number,
): AgreementItem {
  const n = sum(rows.map((row) => row.units));
  const ratings = sum(rows.map((row) => row.units * row.pattern.length));
  const base = { item: criterion, slice: reviewer, n, single: 0, ratings, raters: 1, missing: 0 };
  const few = tooFew(label, n);
  if (few !== undefined) return { ...base, headline: few, beside: [] };
  const pairs = rows.flatMap((row, index) => pairsOf(row).map((pair) => ({ ...pair, index })));
  const evaluator = alphaEvaluator(
    pairs.map((pair) => pair.unit),
    'ordinal',
    scale,
  );
  const weights = new Float64Array(pairs.length);
  const statistic = (times: ArrayLike<number>): number | null => {
    for (const [place, pair] of pairs.entries()) weights[place] = pair.weight * (times[pair.index] ?? 0);
    return evaluator.alpha(weights).value;
  };
  const times = rows.map((row) => row.units);
  return {
    ...base,
    headline: bootstrapFigure(label, patternBootstrap(times, statistic, { seed, replicates }), 'rounds'),
    beside: [
      shareOf(rows, 0, { statistic: 'percentAgreement', method: 'Share of peers with the same score' }),
      shareOf(rows, 1, { statistic: 'percentAgreement.within1', method: 'Share of peers within 1 point of the scale' }),
    ],
  };
}

/** The pairs of the own score with the score of a peer, by how large a part of the peers gave it. */
function pairsOf({ own, pattern }: ReviewerPattern): { unit: SparseUnit; weight: number }[] {
  const peers = countsOfPattern(pattern).map((count, index) => (scale[index] === own ? count - 1 : count));
  const all = sum(peers);
  return peers.flatMap((count, index) => {
    if (count === 0) return [];
    const counts = scale.map((point, place) => (point === own ? 1 : 0) + (place === index ? 1 : 0));
    return sparseFromCounts([counts]).map((unit) => ({ unit, weight: count / all }));
  });
}

function shareOf(rows: ReviewerPattern[], within: number, label: { statistic: string; method: string }) {
  const near = rows.map(({ own, pattern, units }) => {
    const close = [...pattern].filter((digit) => Math.abs(Number(digit) - own) <= within).length - 1;
    return (units * close) / (pattern.length - 1);
  });
  return { ...label, value: sum(near) / sum(rows.map((row) => row.units)) };
}
