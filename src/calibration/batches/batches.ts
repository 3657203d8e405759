import { rateOf } from '../../statistics/intervals/proportion.ts';
import {
  defaultSequentialSettings,
  literalStrikeAlarm,
  type SequentialDecision,
  sequentialBinomialTest,
  sequentialCharacteristic,
} from '../../statistics/power/sequential-binomial.ts';
import type { BatchFigures, BatchState } from './schema.ts';
import type { Outcomes } from './store.ts';

export const literalLimit = 5;
/** Closed rounds of a model that count, and the most that are looked at in a batch: by then the test has decided. */
export const modelWindow = 200;
export const longestBatch = 1_000;

const states: Record<SequentialDecision['state'], BatchState> = {
  alarm: 'return',
  acceptable: 'fine',
  continue: 'continue',
};

/** The sequential test of a batch beside the literal rule, both with their chance of a false alarm at its size. */
export function batchFigures({ id, model, closed, struck, open, order }: Outcomes): BatchFigures {
  const decision = sequentialBinomialTest(order);
  const { ci95, ...rate } = rateOf(struck, closed);
  const size = Math.min(closed + open, longestBatch);
  const { p0 } = defaultSequentialSettings;
  return {
    id,
    model,
    strikes: { ...rate, ci95: ci95 === null ? null : [ci95[0], ci95[1]] },
    open,
    state: states[decision.state],
    decidedAfter: decision.decidedAfter,
    literal: { fires: struck >= literalLimit, falseAlarm: literalStrikeAlarm(literalLimit, closed + open, p0) },
    falseAlarm: sequentialCharacteristic(size, p0).alarm,
  };
}

/** The same for the last closed rounds of a model: a model has no size, so its window is looked at as one batch. */
export function modelFigures(outcomes: Outcomes): BatchFigures {
  const { order } = outcomes;
  const struck = order.filter(Boolean).length;
  return batchFigures({ ...outcomes, closed: order.length, struck, open: 0 });
}
