import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../../core/error.ts';
import { sha256Hex } from '../../../core/hash.ts';
import { type Band, chooseBand } from './band.ts';
import { type Example, fitLogistic, type LogisticModel, logit, logLoss, sigmoid } from './logistic.ts';

/** A labelled row as the trainer sees it; rows of one group (the same prompt) never stand on both sides of a fold. */
export type TrainingRow = { id: string; group: string; positive: boolean; features: Float64Array };

/** p = sigmoid(slope · log-odds + intercept) (Platt 1999). */
export type Platt = { slope: number; intercept: number };

/** A trained binary decision with its calibration, its undecided band and its cross-fitted figures. */
export type Head = {
  model: LogisticModel;
  lambda: number;
  platt: Platt;
  band: Band;
  /** Mean log-loss (nats) of the training rows, each scored by a model that did not see its group. */
  crossFitted: { n: number; positives: number; logLossRaw: number; logLossCalibrated: number };
};

const folds = 5;
/** Cross-fitting is done with several deals of the rows: with few labels, one deal moves the band at random. */
const deals = 4;
const lambdas = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3];
const fewestOfAClass = 10;

/**
 * Trains one head on training rows only: the penalty with the smallest cross-fitted log-loss, Platt's calibration and the
 * undecided band from the same cross-fitted scores, then the model on all rows. The order of the rows makes no difference.
 * Throws check_failed where a class has fewer than 10 rows or where the features do not tell the classes apart.
 */
export async function trainHead(rows: readonly TrainingRow[], seed: number): Promise<Head> {
  const sorted = rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const positives = sorted.filter((row) => row.positive).length;
  if (Math.min(positives, sorted.length - positives) < fewestOfAClass)
    throw new AppError(
      'check_failed',
      `Too few labels to train a judge: ${positives} positive and ${sorted.length - positives} negative rows, at least ${fewestOfAClass} of each are needed. Have more replies labelled.`,
    );
  const best = await bestPenalty(sorted, seed);
  const platt = fitPlatt(best.scores);
  if (platt.slope <= 0)
    throw new AppError(
      'check_failed',
      'The labels do not teach a judge: on rows it has not seen it does no better than chance. Have more replies labelled, or check the labels.',
    );
  const calibrated = best.scores.map(({ z, positive }) => ({ z: platt.slope * z + platt.intercept, positive }));
  return {
    model: fitLogistic(sorted.map(example), { lambda: best.lambda, balanced: true }),
    lambda: best.lambda,
    platt,
    band: chooseBand(calibrated.map(({ z, positive }) => ({ probability: sigmoid(z), positive }))),
    crossFitted: {
      n: sorted.length,
      positives,
      logLossRaw: best.loss,
      logLossCalibrated: meanLoss(calibrated),
    },
  };
}

type Fitted = { lambda: number; scores: Score[]; loss: number };

async function bestPenalty(rows: readonly TrainingRow[], seed: number): Promise<Fitted> {
  const dealt = Array.from({ length: deals }, (_, deal) => foldsOf(rows, `${seed}/${deal}`));
  const fitted: Fitted[] = [];
  for (const lambda of lambdas) {
    const scores: Score[] = [];
    for (const fold of dealt) scores.push(...(await crossFit(rows, fold, lambda)));
    fitted.push({ lambda, scores, loss: meanLoss(scores) });
  }
  return fitted.reduce((a, b) => (b.loss < a.loss ? b : a));
}

/** Calibrated probability that an exchange with these features is positive, to six decimals. */
export function probabilityOf(head: Pick<Head, 'model' | 'platt'>, features: Float64Array): number {
  const { slope, intercept } = head.platt;
  return Math.round(sigmoid(slope * logit(head.model, features) + intercept) * 1e6) / 1e6;
}

function example(row: TrainingRow): Example {
  return { features: row.features, target: row.positive ? 1 : 0 };
}

/** Deals groups to folds in a seeded order, class by class, so that every fold has its share of both. */
function foldsOf(rows: readonly TrainingRow[], seed: string): number[] {
  const groups = new Map<string, { positive: boolean; order: string }>();
  for (const row of rows)
    if (!groups.has(row.group))
      groups.set(row.group, { positive: row.positive, order: sha256Hex(`${seed}/${row.group}`) });
  const dealt = [...groups].sort(([, a], [, b]) =>
    a.positive === b.positive ? (a.order < b.order ? -1 : 1) : a.positive ? -1 : 1,
  );
  const foldOf = new Map(dealt.map(([group], i) => [group, i % folds]));
  return rows.map((row) => foldOf.get(row.group) ?? 0);
}

/** The log-odds that a model gave to a row of a group it had not seen. */
type Score = { z: number; positive: boolean };

/** Every row scored by a model of the other folds. The event loop turns between two fits: the server goes on answering. */
async function crossFit(rows: readonly TrainingRow[], fold: readonly number[], lambda: number): Promise<Score[]> {
  const scores: Score[] = [];
  for (let left = 0; left < folds; left++) {
    await nextTurn();
    const model = fitLogistic(rows.filter((_, i) => fold[i] !== left).map(example), { lambda, balanced: true });
    for (const [i, row] of rows.entries())
      if (fold[i] === left) scores.push({ z: logit(model, row.features), positive: row.positive });
  }
  return scores;
}

/** Platt's calibration with his smoothed targets (n₊ + 1)/(n₊ + 2) and 1/(n₋ + 2), n counted over one deal of the rows. */
function fitPlatt(scores: readonly Score[]): Platt {
  const positives = scores.filter((score) => score.positive).length / deals;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (scores.length / deals - positives + 2);
  const examples = scores.map(({ z, positive }) => ({ features: Float64Array.of(z), target: positive ? high : low }));
  const { weights, bias } = fitLogistic(examples, { lambda: 0, balanced: false });
  return { slope: weights[0] ?? 0, intercept: bias };
}

function meanLoss(scores: readonly Score[]): number {
  return scores.reduce((sum, { z, positive }) => sum + logLoss(z, positive ? 1 : 0), 0) / scores.length;
}
