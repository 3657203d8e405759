import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom, shuffled } from '../../../core/random.ts';
import { chooseBand, decide } from './band.ts';
import { fitLogistic, logit, logLoss, sigmoid } from './logistic.ts';
import { probabilityOf, type TrainingRow, trainHead } from './train.ts';

/** A standard normal number (Box and Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Rows whose first feature carries the label, as far as `signal` goes; the others are noise. */
function rows(n: number, signal: number, seed: number): TrainingRow[] {
  const random = seededRandom(seed);
  return Array.from({ length: n }, (_, i) => {
    const positive = random() < 0.5;
    const features = Float64Array.from(
      { length: 6 },
      (_, j) => normal(random) + (j === 0 ? (positive ? signal : -signal) : 0),
    );
    return { id: `r-${String(i).padStart(4, '0')}`, group: `g-${i}`, positive, features };
  });
}

test('the fit is a minimum: no small step in any direction lowers the penalised loss', () => {
  const examples = rows(60, 1, 1).map((row) => ({ features: row.features, target: row.positive ? 1 : 0 }));
  const lambda = 0.5;
  const loss = (weights: Float64Array, bias: number): number =>
    examples.reduce((sum, one) => sum + logLoss(logit({ weights, bias }, one.features), one.target), 0) +
    (lambda / 2) * weights.reduce((sum, weight) => sum + weight * weight, 0);
  const { weights, bias } = fitLogistic(examples, { lambda, balanced: false });
  const best = loss(weights, bias);
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 }), (step) => {
      const moved = weights.map((weight, j) => weight + 0.01 * (step[j] ?? 0));
      expect(loss(moved, bias + 0.01 * (step[6] ?? 0))).toBeGreaterThanOrEqual(best - 1e-9);
    }),
  );
});

test('balancing gives both classes the same say: without any signal the log-odds are even at a 9 to 1 mix', () => {
  const examples = Array.from({ length: 100 }, (_, i) => ({ features: Float64Array.of(0), target: i < 10 ? 1 : 0 }));
  expect(sigmoid(fitLogistic(examples, { lambda: 1, balanced: true }).bias)).toBeCloseTo(0.5, 6);
  expect(sigmoid(fitLogistic(examples, { lambda: 1, balanced: false }).bias)).toBeCloseTo(0.1, 6);
});

test('classes that can be told apart are, on rows that took no part', async () => {
  const head = await trainHead(rows(120, 3, 2), 1);
  for (const row of rows(200, 3, 3))
    expect(decide(head.band, probabilityOf(head, row.features))).not.toBe(row.positive ? 'negative' : 'positive');
});

test('calibration lowers the cross-fitted log-loss of noisy rows, and the log-loss of rows that took no part is as good', async () => {
  const head = await trainHead(rows(80, 0.5, 5), 1);
  expect(head.crossFitted.logLossCalibrated).toBeLessThan(head.crossFitted.logLossRaw);
  const fresh = rows(4000, 0.5, 6);
  const mean = (loss: (row: TrainingRow) => number): number =>
    fresh.reduce((sum, row) => sum + loss(row), 0) / fresh.length;
  const calibrated = mean((row) => {
    const p = probabilityOf(head, row.features);
    return -Math.log(row.positive ? p : 1 - p);
  });
  expect(calibrated).toBeLessThan(mean((row) => logLoss(logit(head.model, row.features), row.positive ? 1 : 0)));
  expect(calibrated).toBeLessThan(Math.log(2));
});

test('the same rows give the same judge, to the last bit, in whatever order they come', async () => {
  const original = rows(60, 1, 7);
  const first = await trainHead(original, 1);
  expect(await trainHead(shuffled(original, seededRandom(9)), 1)).toEqual(first);
  expect(await trainHead(original, 2)).not.toEqual(first);
});

test('rows of one prompt never stand on both sides of a fold', async () => {
  const random = seededRandom(11);
  // Only the prompt tells the label, and no prompt occurs in two groups: what is learnt of one group is no use elsewhere.
  const paired = Array.from({ length: 40 }, (_, group) => {
    const positive = random() < 0.5;
    return Array.from({ length: 3 }, (_, i) => {
      const features = new Float64Array(40);
      features[group] = 1;
      return { id: `${group}-${i}`, group: `g-${group}`, positive, features };
    });
  }).flat();
  const outcome = await trainHead(paired, 1).then(
    (head) => head.crossFitted.logLossCalibrated,
    (error: unknown) => String(error),
  );
  if (typeof outcome === 'number') expect(outcome).toBeGreaterThan(0.65);
  else expect(outcome).toContain('no better than chance');
});

test('too few rows of a class are refused with the counts', async () => {
  const some = rows(40, 1, 13).map((row, i) => ({ ...row, positive: i < 9 }));
  await expect(trainHead(some, 1)).rejects.toThrow('9 positive and 31 negative rows, at least 10');
});

test('the band takes in exactly the cases for which asking a person is cheaper than a wrong verdict', () => {
  const cases = [
    ...Array.from({ length: 50 }, () => ({ probability: 0.02, positive: false })),
    ...Array.from({ length: 50 }, () => ({ probability: 0.98, positive: true })),
    // At 0.3 half of the cases are positive: a verdict is wrong every second time, an open question costs a quarter.
    ...Array.from({ length: 20 }, (_, i) => ({ probability: 0.3, positive: i % 2 === 0 })),
    // At 0.8 one in ten is negative: a verdict is cheaper.
    ...Array.from({ length: 20 }, (_, i) => ({ probability: 0.8, positive: i % 10 !== 0 })),
  ];
  const band = chooseBand(cases);
  expect(decide(band, 0.3)).toBe('undecided');
  expect(decide(band, 0.8)).toBe('positive');
  expect(decide(band, 0.02)).toBe('negative');
  expect(decide(band, 0.98)).toBe('positive');
});

test('however well the classes are told apart, a probability near one half is never a verdict', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ probability: fc.double({ min: 0, max: 1, noNaN: true }), positive: fc.boolean() })),
      fc.double({ min: 0.401, max: 0.599, noNaN: true }),
      (cases, probability) => {
        expect(decide(chooseBand(cases), probability)).toBe('undecided');
      },
    ),
  );
});
