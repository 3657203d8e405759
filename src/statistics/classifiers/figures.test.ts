import { expect, test } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import { calibrationError, calibrationErrorBootstrap, reliabilityBins } from './calibration-error.ts';
import { balancedF1, balancedF1Bootstrap, type Called } from './f1.ts';
import { roganGladen } from './rogan-gladen.ts';

const called = (truth: boolean, call: boolean | null, n: number): Called[] =>
  Array.from({ length: n }, () => ({ truth, call }));

test.each([
  // epiR, help page of epi.prev: brucellosis (5.1 per 100) and Helicobacter pylori (0 per 100, cut).
  { observed: { k: 23, n: 150 }, sensitivity: { k: 96, n: 100 }, specificity: { k: 89, n: 100 }, printed: 0.051 },
  { observed: { k: 6, n: 151 }, sensitivity: { k: 964, n: 1000 }, specificity: { k: 927, n: 1000 }, printed: 0 },
])('the corrected rate of $observed is $printed, as epiR prints it', ({ printed, ...tested }) => {
  const corrected = roganGladen(tested);
  expect(corrected.value).toBeCloseTo(printed, 3);
});

test("the interval carries the test's own uncertainty: Lang and Reiczigel's formula by hand", () => {
  // p' = (10 + z²/2)/(50 + z²), Se' = (18 + 1)/(20 + 2), Sp' = (36 + 1)/(40 + 2): the pseudo-observations of the paper.
  const z = 1.959963984540054;
  const p = (10 + (z * z) / 2) / (50 + z * z);
  const [se, sp] = [19 / 22, 37 / 42];
  const youden = se + sp - 1;
  const centre = (p + sp - 1) / youden;
  const [vp, vse, vsp] = [(p * (1 - p)) / (50 + z * z), (se * (1 - se)) / 22, (sp * (1 - sp)) / 42];
  const half = (z / youden) * Math.sqrt(vp + centre ** 2 * vse + (1 - centre) ** 2 * vsp);
  const shift = 2 * z * z * (centre * vse - (1 - centre) * vsp);
  const found = roganGladen({
    observed: { k: 10, n: 50 },
    sensitivity: { k: 18, n: 20 },
    specificity: { k: 36, n: 40 },
  });
  expect(found.value).toBeCloseTo((0.2 - 0.1) / 0.8, 12);
  expect(found.value === null ? [] : [...found.ci95]).toEqual([
    Math.max(0, centre + shift - half),
    expect.closeTo(centre + shift + half, 10),
  ]);
});

test('the interval covers the true rate as often as it says', () => {
  const random = seededRandom(7);
  const draw = (n: number, chance: number) =>
    Array.from({ length: n }, () => (random() < chance ? 1 : 0)).reduce<number>((sum, one) => sum + one, 0);
  const [truth, se, sp] = [0.3, 0.85, 0.8];
  let covered = 0;
  const rounds = 1500;
  for (let round = 0; round < rounds; round++) {
    const found = roganGladen({
      observed: { k: draw(200, truth * se + (1 - truth) * (1 - sp)), n: 200 },
      sensitivity: { k: draw(60, se), n: 60 },
      specificity: { k: draw(60, sp), n: 60 },
    });
    if (found.value !== null && found.ci95[0] <= truth && truth <= found.ci95[1]) covered++;
  }
  expect(covered / rounds).toBeGreaterThan(0.935);
  expect(covered / rounds).toBeLessThan(0.99);
});

test.each([
  [{ observed: { k: 0, n: 0 }, sensitivity: { k: 1, n: 1 }, specificity: { k: 1, n: 1 } }, 'nothing was tested'],
  [{ observed: { k: 1, n: 2 }, sensitivity: { k: 0, n: 0 }, specificity: { k: 1, n: 1 } }, 'no case of one class'],
  [{ observed: { k: 1, n: 2 }, sensitivity: { k: 1, n: 2 }, specificity: { k: 1, n: 2 } }, 'no better than chance'],
])('%j has no corrected rate: %s', (tested, reason) => {
  expect(roganGladen(tested)).toEqual({ value: null, reason: expect.stringContaining(reason) });
});

test('balanced F1 is the mean of both classes; scikit-learn gives the same (macro average)', () => {
  // sklearn.metrics.f1_score([1,1,1,1,0,0,0,0,0,0], [1,1,1,0,0,0,0,0,1,1], average='macro') = (6/9 + 8/11)/2
  const items = [
    ...called(true, true, 3),
    ...called(true, false, 1),
    ...called(false, false, 4),
    ...called(false, true, 2),
  ];
  expect(balancedF1(items)).toEqual({
    value: expect.closeTo((6 / 9 + 8 / 11) / 2, 12),
    positive: expect.closeTo(6 / 9, 12),
    negative: expect.closeTo(8 / 11, 12),
  });
});

test('abstaining never raises balanced F1', () => {
  const sure = [...called(true, true, 5), ...called(false, false, 5)];
  expect(balancedF1(sure).value).toBe(1);
  expect(balancedF1([...sure, ...called(true, null, 5)]).value).toBeLessThan(1);
  expect(balancedF1(called(true, true, 3))).toEqual({ value: null, reason: 'no item is negative' });
  const { value, ...rest } = balancedF1Bootstrap([...sure, ...called(true, false, 2)], { seed: 1, replicates: 500 });
  expect('interval' in rest && rest.interval !== null && value !== null).toBe(true);
});

test('calibration error by hand: two bins of two, each off by its own amount', () => {
  const forecasts = [
    { probability: 0.1, positive: false },
    { probability: 0.1, positive: true },
    { probability: 0.9, positive: true },
    { probability: 1, positive: true },
  ];
  // Bin 0: |1 − 0.2|, last bin: |2 − 1.9|, over 4.
  expect(calibrationError(forecasts, 5)).toBeCloseTo((0.8 + 0.1) / 4, 12);
  expect(reliabilityBins(forecasts, 5).map(({ n }) => n)).toEqual([2, 0, 0, 0, 2]);
  expect(reliabilityBins([{ probability: 0.6, positive: true }], 5)[3]?.n).toBe(1);
  expect(calibrationError([], 5)).toBeNull();
  expect(calibrationErrorBootstrap(forecasts, 5, { seed: 1, replicates: 200 }).value).toBeCloseTo(0.225, 12);
});
