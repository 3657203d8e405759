import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pairedMean } from '../../statistics/hypothesis-tests/paired-t.ts';
import { addJudged, figuresOf, isUnmeasured, type Judged, type Moments, type StepRow } from './series.ts';

type Sample = { reward: number | null; heldOut?: number; length: number };

/** What the database adds up of a step's samples. */
function judgedOf(samples: Sample[]): Judged {
  const scores = (values: (number | null | undefined)[]) => {
    const known = values.filter((value) => typeof value === 'number');
    return {
      n: known.length,
      sum: known.reduce((total, value) => total + value, 0),
      min: known.length === 0 ? null : Math.min(...known),
      max: known.length === 0 ? null : Math.max(...known),
    };
  };
  const none = { k: 0, n: 0 };
  return {
    samples: samples.length,
    reward: scores(samples.map(({ reward }) => reward)),
    heldOut: scores(samples.map(({ heldOut }) => heldOut)),
    both: moments(
      samples.flatMap(({ reward, heldOut }) => (reward === null || heldOut === undefined ? [] : [[reward, heldOut]])),
    ),
    length: moments(samples.flatMap(({ reward, length }) => (reward === null ? [] : [[length, reward]]))),
    ...{ format: none, harmful: none, benign: none },
  };
}

function moments(pairs: number[][]): Moments {
  const sums = { n: pairs.length, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
  for (const [x = 0, y = 0] of pairs) {
    sums.x += x;
    sums.y += y;
    sums.xx += x * x;
    sums.yy += y * y;
    sums.xy += x * y;
  }
  return sums;
}

const step = (samples: Sample[], log: StepRow['log'] = {}): StepRow => ({ step: 1, log, judged: judgedOf(samples) });

test('what was not measured has no figure: no zero stands for it', () => {
  expect(figuresOf([], [])).toEqual({});
  expect(figuresOf([{ step: 1, log: { kl: null } }], [])).toEqual({});
  const figures = figuresOf(
    [
      step([
        { reward: null, length: 3 },
        { reward: null, length: 9 },
      ]),
    ],
    [],
  );
  expect(figures).toMatchObject({ unscored: { value: 1, n: 2 } });
  for (const name of [
    'reward',
    'held-out',
    'gap',
    'format',
    'harmful-refusals',
    'benign-refusals',
    'length-score',
  ] as const)
    expect(figures[name], name).toBeUndefined();
});

test("the engine's own reward and unscored share stand where no judgments are stored, and judgments before them", () => {
  const log = { reward: 3, unscored: 0.25 };
  expect(figuresOf([{ step: 1, log }], [])).toMatchObject({ reward: { value: 3 }, unscored: { value: 0.25 } });
  const both = figuresOf(
    [
      step(
        [
          { reward: 1, length: 5 },
          { reward: null, length: 5 },
        ],
        log,
      ),
    ],
    [],
  );
  expect(both).toMatchObject({ reward: { value: 1, n: 1, min: 1, max: 1 }, unscored: { value: 0.5, n: 2 } });
});

const sample = fc.record({
  reward: fc.double({ min: -5, max: 5, noNaN: true }),
  heldOut: fc.double({ min: 1, max: 5, noNaN: true }),
  length: fc.integer({ min: 1, max: 4000 }),
});

test('pooling sums of steps gives what all their samples give at once', () => {
  fc.assert(
    fc.property(
      fc.array(sample, { minLength: 1, maxLength: 20 }),
      fc.array(sample, { minLength: 1, maxLength: 20 }),
      (a, b) => {
        const pooled = addJudged(judgedOf(a), judgedOf(b));
        const whole = judgedOf([...a, ...b]);
        expect(pooled.reward.n).toBe(whole.reward.n);
        expect(pooled.both.xy).toBeCloseTo(whole.both.xy, 6);
        expect(pooled.reward.min).toBe(whole.reward.min);
        expect(figuresOf([step(a), step(b)], [])['length-score']?.value ?? 0).toBeCloseTo(
          figuresOf([step([...a, ...b])], [])['length-score']?.value ?? 0,
          6,
        );
      },
    ),
  );
});

test('the gap is the paired difference in standard deviations of the start, with its t interval', () => {
  const start = [1, 2, 3, 4, 5, 6].map((value) => ({ reward: value / 2, heldOut: (value * value) / 9, length: 10 }));
  const now = [4, 6, 5, 7].map((value, index) => ({ reward: value, heldOut: 1 + index, length: 10 }));
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const sd = (values: number[]): number =>
    Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));
  const [r, h] = [start.map((one) => one.reward), start.map((one) => one.heldOut)];
  const differences = now.map((one) => (one.reward - mean(r)) / sd(r) - (one.heldOut - mean(h)) / sd(h));
  const expected = pairedMean(differences);
  const { gap } = figuresOf([step(now)], [step(start)]);
  expect(expected.value).not.toBeNull();
  expect(gap?.value).toBeCloseTo(expected.value ?? 0, 9);
  expect([gap?.low, gap?.high]).toEqual(
    ('interval' in expected ? expected.interval : []).map((end) => expect.closeTo(end, 9)),
  );
  expect(gap?.n).toBe(4);
});

test('no gap without a start, without a held-out judge, or where the start does not vary', () => {
  const varied = step([1, 2, 3].map((value) => ({ reward: value, heldOut: value, length: 1 })));
  const equal = step([1, 1, 1].map((value) => ({ reward: value, heldOut: value, length: 1 })));
  expect(figuresOf([varied], []).gap).toBeUndefined();
  expect(figuresOf([varied], [equal]).gap).toBeUndefined();
  expect(figuresOf([step([{ reward: 1, length: 1 }])], [varied]).gap).toBeUndefined();
});

test('length and score correlate as Pearson says; a side that does not vary has no correlation', () => {
  const line = [1, 2, 3, 4].map((value) => ({ reward: value, length: 10 * value }));
  expect(figuresOf([step(line)], [])['length-score']).toEqual({ value: 1, n: 4 });
  const some = figuresOf([step([...line, { reward: 1, length: 50 }])], [])['length-score'];
  expect(some?.value).toBeCloseTo(0.2425, 4); // worked out by hand: √(1/17)
  expect(some?.low).toBeLessThan(some?.value ?? 0);
  expect(figuresOf([step(line.map((one) => ({ ...one, reward: 0.1 })))], [])['length-score']).toBeUndefined();
});

test('a step without a scored sample is one whose reward was not measured; one that nobody judged is not', () => {
  expect(isUnmeasured(step([{ reward: null, length: 1 }]), 'reward')).toBe(true);
  expect(isUnmeasured(step([{ reward: 2, length: 1 }]), 'reward')).toBe(false);
  expect(isUnmeasured({ step: 1, log: {} }, 'reward')).toBe(false);
});
