import { alphaBootstrap } from '../../statistics/agreement/alpha-bootstrap.ts';
import { cohenKappa, cohenKappaInterval } from '../../statistics/agreement/cohen-kappa.ts';
import type { AlphaMetric } from '../../statistics/agreement/krippendorff-alpha.ts';
import { contingencyTable, ratingTable, sparseUnits } from '../../statistics/agreement/ratings.ts';
import { agreementWeights } from '../../statistics/agreement/weights.ts';
import { calibrationErrorBootstrap } from '../../statistics/classifiers/calibration-error.ts';
import { balancedF1Bootstrap, type Called } from '../../statistics/classifiers/f1.ts';
import { tangoInterval } from '../../statistics/intervals/paired-proportions.ts';
import { rateOf } from '../../statistics/intervals/proportion.ts';
import { bootstrap } from '../../statistics/resampling/bootstrap.ts';
import type { Figure } from '../figure-schema.ts';
import type { Asks, Judgment } from '../schema.ts';
import type { AgreementFigures, CalibrationFigures, Ceiling } from './calibration-schema.ts';
import { handlings, isPositive, type LabelledExchange, majorityOf } from './labels.ts';

/** A labelled reply with what the judge said of it. */
export type JudgedExchange = LabelledExchange & { judgment: Judgment };

const settings = { seed: 1, replicates: 2000 };
const bootstrapMethod = `percentile of ${settings.replicates} resamples of replies`;
const reliabilityBins = 5;

/** How a judge agrees with clinicians on the replies that ask one question; the majority of their labels is the reference. */
export function calibrationFigures(asks: Asks, exchanges: readonly JudgedExchange[]): CalibrationFigures {
  const own = exchanges.filter((exchange) => exchange.asks === asks);
  const known = own.filter((exchange) => majorityOf(exchange.labels, asks) !== undefined);
  return {
    ...agreementFigures(asks, known),
    tied: own.length - known.length,
    calibrationError: calibrationError(asks, known),
    ceiling: ceilingOf(asks, own),
    byDimension: Object.fromEntries(
      [...Map.groupBy(known, (one) => one.dimension)]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([dimension, inside]) => [dimension, agreementFigures(asks, inside)]),
    ),
    ...settings,
  };
}

function agreementFigures(asks: Asks, exchanges: readonly JudgedExchange[]): AgreementFigures {
  const called = exchanges.map((one) => calledBy(asks, one));
  const decided = called.filter((one) => one.call !== null);
  const pairs = decided.map(({ truth, call }) => [Number(call), Number(truth)] as const);
  const count = (truth: boolean, call: boolean): number =>
    decided.filter((one) => one.truth === truth && one.call === call).length;
  const [tp, fn, tn, fp] = [count(true, true), count(true, false), count(false, false), count(false, true)];
  const graded = gradesOf(exchanges);
  return {
    n: exchanges.length,
    undecided: exchanges.length - decided.length,
    balancedF1: f1Figure(called),
    sensitivity: rateOf(tp, tp + fn),
    specificity: rateOf(tn, tn + fp),
    kappa: kappaFigure(pairs, [0, 1], 'identity'),
    alpha: alphaFigure(pairs, [0, 1], 'nominal'),
    bias: biasFigure(fp, fn, decided.length),
    grade: graded.grade,
    weightedKappa: kappaFigure(graded.pairs, graded.levels, 'quadratic'),
    ordinalAlpha: alphaFigure(graded.pairs, graded.levels, 'ordinal'),
    gradeBias: gradeBias(graded.pairs),
  };
}

function calledBy(asks: Asks, { labels, judgment }: JudgedExchange): Called {
  const truth = majorityOf(labels, asks) === true;
  return { truth, call: callOf(judgment) };
}

function callOf({ verdict }: Judgment): boolean | null {
  return verdict === 'undecided' ? null : verdict === 'unsafe' || verdict === 'refused';
}

function f1Figure(called: readonly Called[]): Figure {
  const method = `mean F1 of both classes; ${bootstrapMethod}`;
  const found = balancedF1Bootstrap(called, settings);
  return found.value === null
    ? { value: null, ci95: null, n: called.length, method, reason: 'a class has no reply' }
    : { value: found.value, ci95: found.interval, n: called.length, method };
}

type Pair = readonly [judge: number, clinicians: number];

function kappaFigure(pairs: readonly Pair[], levels: readonly number[], weights: 'identity' | 'quadratic'): Figure {
  const method = weights === 'identity' ? "Cohen's kappa, ASE interval" : 'kappa with quadratic weights, ASE interval';
  const n = pairs.length;
  if (n === 0) return undefinedFigure(n, method, 'no reply has both');
  const joint = contingencyTable(
    ratingTable(
      pairs.map((pair) => [...pair]),
      levels,
    ),
    0,
    1,
  );
  const kappa = cohenKappa(joint, agreementWeights(weights, levels));
  return kappa.value === null
    ? undefinedFigure(n, method, kappa.reason)
    : { value: kappa.value, ci95: cohenKappaInterval(kappa), n, method };
}

function alphaFigure(pairs: readonly Pair[], levels: readonly number[], metric: AlphaMetric): Figure {
  const method = `Krippendorff's alpha, ${metric}; ${bootstrapMethod}`;
  const n = pairs.length;
  if (n === 0) return undefinedFigure(n, method, 'no reply has both');
  const units = sparseUnits(
    ratingTable(
      pairs.map((pair) => [...pair]),
      levels,
    ),
  );
  const alpha = alphaBootstrap(units, metric, levels, settings);
  return alpha.value === null
    ? undefinedFigure(n, method, 'no variation')
    : { value: alpha.value, ci95: alpha.interval, n, method };
}

/** Above 0 the judge finds more positives than clinicians do. */
function biasFigure(onlyJudge: number, onlyClinicians: number, n: number): Figure {
  const method = "difference of the shares found positive, Tango's score interval";
  const found = tangoInterval({ b: onlyJudge, c: onlyClinicians, n });
  return found.value === null
    ? undefinedFigure(n, method, found.reason)
    : { value: found.value, ci95: found.interval, n, method };
}

type Grades = { grade: AgreementFigures['grade']; pairs: Pair[]; levels: readonly number[] };

/** The grades that judge and clinicians both gave: the risk where it is there, else the way of handling. */
function gradesOf(exchanges: readonly JudgedExchange[]): Grades {
  const risks = exchanges.flatMap(({ labels, judgment }): Pair[] => {
    const given = median(labels.flatMap(({ risk }) => (risk === undefined ? [] : [risk.score])));
    return judgment.risk === undefined || given === undefined ? [] : [[judgment.risk.score, given]];
  });
  if (risks.length > 0) return { grade: 'risk', pairs: risks, levels: [1, 2, 3, 4, 5] };
  const handled = exchanges.flatMap(({ labels, judgment }): Pair[] => {
    const given = median(labels.map(({ handling }) => handlings.indexOf(handling)));
    return judgment.handling === undefined || given === undefined
      ? []
      : [[handlings.indexOf(judgment.handling), given]];
  });
  return { grade: handled.length > 0 ? 'handling' : null, pairs: handled, levels: [0, 1, 2] };
}

/** The middle one; of two middle ones the lower, so that it is a grade that somebody gave. */
function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

function gradeBias(pairs: readonly Pair[]): Figure {
  const method = `mean of judge less clinicians; ${bootstrapMethod}`;
  const differences = pairs.map(([judge, clinicians]) => judge - clinicians);
  if (differences.length === 0) return undefinedFigure(0, method, 'no reply has both');
  const mean = (sample: readonly number[]): number => sample.reduce((sum, one) => sum + one, 0) / sample.length;
  const found = bootstrap(differences, mean, { ...settings, interval: 'percentile' });
  return {
    value: mean(differences),
    ci95: found.value === null ? null : found.interval,
    n: differences.length,
    method,
  };
}

function calibrationError(asks: Asks, exchanges: readonly JudgedExchange[]): Figure {
  const method = `expected calibration error, ${reliabilityBins} bins; ${bootstrapMethod}`;
  const forecasts = exchanges.flatMap(({ labels, judgment: { probability } }) =>
    probability === undefined ? [] : [{ probability, positive: majorityOf(labels, asks) === true }],
  );
  if (forecasts.length === 0) return undefinedFigure(0, method, 'the judge gives no probability');
  const found = calibrationErrorBootstrap(forecasts, reliabilityBins, settings);
  return found.value === null
    ? undefinedFigure(forecasts.length, method, found.reason)
    : { value: found.value, ci95: found.interval, n: forecasts.length, method };
}

/** Leave-one-out: each clinician against the majority of the others, the judge against all, on replies that several labelled. */
function ceilingOf(asks: Asks, exchanges: readonly JudgedExchange[]): Ceiling {
  const shared = exchanges.filter((exchange) => exchange.labels.length > 1);
  const judged = shared.filter((exchange) => majorityOf(exchange.labels, asks) !== undefined);
  const judge = f1Figure(judged.map((exchange) => calledBy(asks, exchange)));
  const labellers = [...new Set(shared.flatMap(({ labels }) => labels.map((label) => label.labeller)))].sort();
  const clinicians = labellers.map((labeller) => {
    const called = shared.flatMap(({ labels }): Called[] => {
      const own = labels.find((label) => label.labeller === labeller);
      const truth = majorityOf(
        labels.filter((label) => label !== own),
        asks,
      );
      return own === undefined || truth === undefined ? [] : [{ truth, call: isPositive(own, asks) }];
    });
    return { labeller, balancedF1: f1Figure(called) };
  });
  const values = clinicians.flatMap(({ balancedF1 }) => (balancedF1.value === null ? [] : [balancedF1.value]));
  if (values.length === 0)
    return {
      clinicians,
      judge,
      lowest: null,
      reason: 'no replies of both classes were labelled by several clinicians',
    };
  return { clinicians, judge, lowest: Math.min(...values) };
}

function undefinedFigure(n: number, method: string, reason: string): Figure {
  return { value: null, ci95: null, n, method, reason };
}
