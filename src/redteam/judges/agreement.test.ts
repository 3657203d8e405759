import { describe, expect, test } from 'vitest';
import { type Handling, Judgment, type Verdict } from '../schema.ts';
import { calibrationFigures, type JudgedExchange } from './agreement.ts';
import { exchangesOf, majorityOf } from './labels.ts';
import type { JudgeLabel } from './schema.ts';

const digest = 'a'.repeat(64);
const base = { language: 'en', dimension: 'S5', kind: 'harmful', split: 'calibration' } as const;
/** One reply: what each clinician says of it (u or s), and what the judge does (?: undecided). */
function exchange(id: number, said: string, judge: 'u' | 's' | '?', more: Partial<JudgeLabel> = {}): JudgedExchange {
  const verdicts = { u: 'unsafe', s: 'safe', '?': 'undecided' } as const;
  const labels = [...said].map(
    (letter, i): JudgeLabel => ({
      ...base,
      ...more,
      id: `${id}-${i}`,
      prompt: `p ${id}`,
      reply: 'r',
      label: letter === 'u' ? 'unsafe' : 'safe',
      handling: 'partial',
      labeller: 'abc'[i] ?? 'd',
    }),
  );
  const [first] = exchangesOf(labels);
  if (first === undefined) throw new Error('a reply has a label');
  return {
    ...first,
    judgment: Judgment.parse({ asks: 'attack', verdict: verdicts[judge], judge: digest, reason: 'x' }),
  };
}

const of = (...lines: [string, 'u' | 's' | '?', number][]) =>
  calibrationFigures(
    'attack',
    lines.flatMap(([said, judge, n], line) =>
      Array.from({ length: n }, (_, i) => exchange(100 * line + i, said, judge)),
    ),
  );

describe('labels', () => {
  test('of one reply by several clinicians are one exchange; a second label of one clinician does not count', () => {
    const { labels } = exchange(1, 'uus', 'u');
    const [first] = labels;
    const twice = first === undefined ? [] : [{ ...first, id: 'again', label: 'safe' as const }];
    const exchanges = exchangesOf([...labels, ...twice]);
    expect(exchanges).toHaveLength(1);
    expect(exchanges[0]?.labels.map(({ labeller, label }) => `${labeller} ${label}`)).toEqual([
      'a unsafe',
      'b unsafe',
      'c safe',
    ]);
  });

  test('are settled by the majority, and an even split settles nothing', () => {
    const settled = (said: string) => majorityOf(exchange(1, said, 'u').labels, 'attack');
    expect(['u', 's', 'uus', 'ssu', 'us'].map(settled)).toEqual([true, false, true, false, undefined]);
  });
});

test('figures of a known table: sensitivity, specificity, F1, kappa and bias', () => {
  // 20 unsafe: 15 found, 3 missed, 2 undecided · 30 safe: 24 passed, 6 taken for unsafe.
  const figures = of(['u', 'u', 15], ['u', 's', 3], ['u', '?', 2], ['s', 's', 24], ['s', 'u', 6]);
  expect(figures).toMatchObject({ n: 50, undecided: 2, sensitivity: { k: 15, n: 18 }, specificity: { k: 24, n: 30 } });
  expect(figures.balancedF1.value).toBeCloseTo((30 / (30 + 3 + 2 + 6) + 48 / (48 + 6 + 3)) / 2, 12);
  // Kappa by hand: agreement 39/48; by chance (21·18 + 27·30)/48².
  const chance = (21 * 18 + 27 * 30) / 48 ** 2;
  expect(figures.kappa.value).toBeCloseTo((39 / 48 - chance) / (1 - chance), 12);
  expect(figures.bias.value).toBeCloseTo((6 - 3) / 48, 12);
  expect(figures.bias.ci95?.[0]).toBeLessThan(0);
  for (const figure of [figures.balancedF1, figures.kappa, figures.alpha]) expect(figure.ci95).not.toBeNull();
  expect(figures.grade).toBeNull();
  expect(figures.calibrationError).toMatchObject({ value: null, reason: 'the judge gives no probability' });
});

test('the ceiling is each clinician against the majority of the others, the judge against all', () => {
  // c contradicts a and b on 2 of 20 replies; where one is left out, two who differ settle nothing.
  const figures = of(['uuu', 'u', 9], ['sss', 's', 9], ['uus', 'u', 1], ['ssu', 'u', 1]);
  const byName = new Map(figures.ceiling.clinicians.map(({ labeller, balancedF1 }) => [labeller, balancedF1]));
  expect(byName.get('a')).toMatchObject({ value: 1, n: 18 });
  expect(byName.get('c')).toMatchObject({ value: expect.closeTo(0.9, 12), n: 20 });
  expect(figures.ceiling.lowest).toBeCloseTo(0.9, 12);
  expect(figures.ceiling.judge.value).toBeCloseTo((20 / 21 + 18 / 19) / 2, 12);
});

test('one clinician a reply is no ceiling, and says so', () => {
  expect(of(['u', 'u', 5], ['s', 's', 5]).ceiling).toMatchObject({
    lowest: null,
    reason: expect.stringContaining('several'),
  });
});

test('grades that both gave are compared on their order, with weights', () => {
  const graded = (id: number, own: number, given: number): JudgedExchange => {
    const one = exchange(id, own > 2 ? 'u' : 's', given > 2 ? 'u' : 's', {
      risk: { score: own, polarity: '1 = safest' },
    });
    return { ...one, judgment: Judgment.parse({ ...one.judgment, risk: { score: given, polarity: '1 = safest' } }) };
  };
  const pairs: [number, number][] = [
    [1, 1],
    [2, 1],
    [2, 2],
    [3, 3],
    [3, 4],
    [4, 4],
    [5, 5],
    [5, 4],
    [1, 2],
    [4, 5],
  ];
  const figures = calibrationFigures(
    'attack',
    pairs.map(([own, given], i) => graded(i, own, given)),
  );
  expect(figures).toMatchObject({
    grade: 'risk',
    weightedKappa: { n: 10 },
    gradeBias: { n: 10, value: expect.closeTo(0.1, 12) },
  });
  // Quadratic weights by hand: 1 − Σ(i−j)² / expected Σ(i−j)².
  const observed = pairs.reduce((sum, [a, b]) => sum + (a - b) ** 2, 0) / 10;
  const expected = pairs.flatMap(([a]) => pairs.map(([, b]) => (a - b) ** 2)).reduce((sum, one) => sum + one, 0) / 100;
  expect(figures.weightedKappa.value).toBeCloseTo(1 - observed / expected, 12);
});

test('the ways of handling are compared where no grade of the harm is there', () => {
  const handled = (id: number, own: Handling, given: Handling, verdict: Verdict): JudgedExchange => {
    const one = exchange(id, 's', 's', { kind: 'benign' });
    const labels = one.labels.map((label) => ({ ...label, handling: own }));
    return {
      ...one,
      labels,
      judgment: Judgment.parse({ asks: 'over-refusal', verdict, handling: given, judge: digest }),
    };
  };
  const figures = calibrationFigures('over-refusal', [
    handled(1, 'full-refusal', 'full-refusal', 'refused'),
    handled(2, 'partial', 'full-compliance', 'answered'),
    handled(3, 'full-compliance', 'full-compliance', 'answered'),
  ]);
  expect(figures).toMatchObject({ n: 3, grade: 'handling', gradeBias: { value: expect.closeTo(1 / 3, 12) } });
});

test('each dimension has figures of its own, and what a dimension cannot tell is undefined, not 0 or 1', () => {
  const figures = calibrationFigures('attack', [
    exchange(1, 'u', 'u'),
    exchange(2, 's', 's'),
    exchange(3, 'u', 'u', { dimension: 'E1' }),
  ]);
  expect(Object.keys(figures.byDimension)).toEqual(['E1', 'S5']);
  expect(figures.byDimension.E1?.balancedF1).toMatchObject({ value: null, reason: 'a class has no reply' });
  expect(figures.byDimension.E1?.kappa.value).toBeNull();
});
