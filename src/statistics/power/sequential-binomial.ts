import { AppError } from '../../core/error.ts';
import { binomialUpperTail } from '../distributions/binomial.ts';
import { at } from '../vector.ts';

/** Wald's sequential test of a strike rate: acceptable rate p0, unacceptable rate p1, error rates alpha and beta. */
export type SequentialSettings = { p0: number; p1: number; alpha: number; beta: number };

export const defaultSequentialSettings: SequentialSettings = { p0: 0.02, p1: 0.08, alpha: 0.05, beta: 0.1 };

export type SequentialDecision = {
  state: 'alarm' | 'acceptable' | 'continue';
  /** Instances looked at when the decision fell, or all when there is none. */
  decidedAfter: number;
  strikes: number;
  logLikelihoodRatio: number;
};

type Walk = { strike: number; clear: number; upper: number; lower: number };

function walkOf({ p0, p1, alpha, beta }: SequentialSettings): Walk {
  if (!(p0 > 0 && p0 < p1 && p1 < 1 && alpha > 0 && beta > 0 && alpha + beta < 1)) {
    throw new AppError(
      'invalid_input',
      'Sequential strike test: needs 0 < p0 < p1 < 1, alpha and beta above 0 with a sum below 1; correct the strike policy.',
    );
  }
  return {
    strike: Math.log(p1 / p0),
    clear: Math.log((1 - p1) / (1 - p0)),
    upper: Math.log((1 - beta) / alpha),
    lower: Math.log(beta / (1 - alpha)),
  };
}

/**
 * Sequential probability ratio test (Wald 1945) of the instances of a batch in the order in which they were closed; true is
 * a strike. The first boundary crossed decides.
 */
export function sequentialBinomialTest(
  outcomes: Iterable<boolean>,
  settings: SequentialSettings = defaultSequentialSettings,
): SequentialDecision {
  const walk = walkOf(settings);
  let seen = 0;
  let strikes = 0;
  let ratio = 0;
  for (const strike of outcomes) {
    seen += 1;
    if (strike) strikes += 1;
    ratio = strikes * walk.strike + (seen - strikes) * walk.clear;
    if (ratio >= walk.upper) return { state: 'alarm', decidedAfter: seen, strikes, logLikelihoodRatio: ratio };
    if (ratio <= walk.lower) return { state: 'acceptable', decidedAfter: seen, strikes, logLikelihoodRatio: ratio };
  }
  return { state: 'continue', decidedAfter: seen, strikes, logLikelihoodRatio: ratio };
}

export type OperatingCharacteristic = {
  alarm: number;
  acceptable: number;
  undecided: number;
  expectedInstances: number;
};

/** Exact chances of each outcome for a batch of n instances with a true strike rate, by summing over all paths. */
export function sequentialCharacteristic(
  n: number,
  rate: number,
  settings: SequentialSettings = defaultSequentialSettings,
): OperatingCharacteristic {
  const walk = walkOf(settings);
  let open = new Float64Array(n + 2);
  open[0] = 1;
  let alarm = 0;
  let acceptable = 0;
  let expectedInstances = 0;
  for (let seen = 1; seen <= n; seen++) {
    const next = new Float64Array(n + 2);
    for (let strikes = 0; strikes < seen; strikes++) {
      const mass = at(open, strikes);
      if (mass === 0) continue;
      expectedInstances += mass;
      next[strikes] = at(next, strikes) + mass * (1 - rate);
      next[strikes + 1] = at(next, strikes + 1) + mass * rate;
    }
    for (let strikes = 0; strikes <= seen; strikes++) {
      const ratio = strikes * walk.strike + (seen - strikes) * walk.clear;
      if (ratio > walk.lower && ratio < walk.upper) continue;
      if (ratio >= walk.upper) alarm += at(next, strikes);
      else acceptable += at(next, strikes);
      next[strikes] = 0;
    }
    open = next;
  }
  return { alarm, acceptable, undecided: Math.max(0, 1 - alarm - acceptable), expectedInstances };
}

/** P(≥ limit strikes in a batch of n) at a true strike rate: how often the literal count rule fires. */
export function literalStrikeAlarm(limit: number, n: number, rate: number): number {
  return binomialUpperTail(limit, n, rate);
}
