import { reliabilityBins } from '../../../statistics/classifiers/calibration-error.ts';
import { macroAverageOfRates } from '../../../statistics/intervals/macro-average.ts';
import { rateOf } from '../../../statistics/intervals/proportion.ts';
import type { HeldOutFigures, HeldOutPart } from '../schema.ts';
import type { Decision } from './band.ts';

/** A row that took no part in training: its label, and what the judge made of it. Not every judge gives a probability. */
export type HeldOutRow = { language: string; positive: boolean; decision: Decision; probability?: number };

const bins = 5;

/** How a judge does on rows that took no part in its training, overall and by language. */
export function heldOutFigures(rows: readonly HeldOutRow[]): HeldOutFigures {
  const languages = [...new Set(rows.map((row) => row.language))].sort();
  return {
    ...part(rows),
    byLanguage: Object.fromEntries(
      languages.map((language) => [language, part(rows.filter((row) => row.language === language))]),
    ),
    reliability: reliability(rows),
  };
}

/**
 * Balanced accuracy is the mean of the two recalls among decided rows, with an interval from their Wilson limits; the worst
 * case counts every undecided row as wrong.
 */
function part(rows: readonly HeldOutRow[]): HeldOutPart {
  const count = (positive: boolean, decision: Decision): number =>
    rows.filter((row) => row.positive === positive && row.decision === decision).length;
  const confusion = {
    truePositive: count(true, 'positive'),
    falseNegative: count(true, 'negative'),
    undecidedPositive: count(true, 'undecided'),
    trueNegative: count(false, 'negative'),
    falsePositive: count(false, 'positive'),
    undecidedNegative: count(false, 'undecided'),
  };
  const { truePositive: tp, falseNegative: fn, trueNegative: tn, falsePositive: fp } = confusion;
  const undecided = confusion.undecidedPositive + confusion.undecidedNegative;
  const balanced = macroAverageOfRates([
    { k: tp, n: tp + fn },
    { k: tn, n: tn + fp },
  ]);
  const worst = macroAverageOfRates([
    { k: tp, n: tp + fn + confusion.undecidedPositive },
    { k: tn, n: tn + fp + confusion.undecidedNegative },
  ]);
  return {
    n: rows.length,
    decided: rows.length - undecided,
    undecided: rateOf(undecided, rows.length),
    balancedAccuracy: balanced.value,
    ...(balanced.value === null ? { reason: 'a class has no decided row' } : { ci95: balanced.ci95 }),
    balancedAccuracyWorstCase: worst.value,
    confusion,
    logLoss: mean(withProbability(rows).map(({ positive, p }) => -Math.log(Math.max(1e-12, positive ? p : 1 - p)))),
    brier: mean(withProbability(rows).map(({ positive, p }) => (p - (positive ? 1 : 0)) ** 2)),
  };
}

function reliability(rows: readonly HeldOutRow[]): HeldOutFigures['reliability'] {
  const forecasts = withProbability(rows).map(({ positive, p }) => ({ positive, probability: p }));
  return reliabilityBins(forecasts, bins).map(({ from, to, n, positives, meanPredicted }) => ({
    from,
    to,
    meanPredicted,
    observed: rateOf(positives, n),
  }));
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function withProbability(rows: readonly HeldOutRow[]): { positive: boolean; p: number }[] {
  return rows.flatMap(({ positive, probability }) => (probability === undefined ? [] : { positive, p: probability }));
}
