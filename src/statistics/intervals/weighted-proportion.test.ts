import { expect, test } from 'vitest';
import { wilsonInterval } from './proportion.ts';
import { combinedProportion } from './weighted-proportion.ts';

test('one stratum of coefficient 1 has the interval of Wilson', () => {
  expect(combinedProportion([{ k: 3, n: 17, coefficient: 1 }])?.interval[0]).toBeCloseTo(
    wilsonInterval(3, 17)?.[0] ?? 0,
    12,
  );
  expect(combinedProportion([{ k: 0, n: 200, coefficient: 1 }])?.interval[1]).toBeCloseTo(
    wilsonInterval(0, 200)?.[1] ?? 0,
    12,
  );
});

test("a difference has Newcombe's hybrid score interval, as published for 56/70 and 48/80", () => {
  // Newcombe (1998), Statistics in Medicine 17, 873: method 10 gives 0.0524 to 0.3339.
  const found = combinedProportion([
    { k: 56, n: 70, coefficient: 1 },
    { k: 48, n: 80, coefficient: -1 },
  ]);
  expect(found?.value).toBeCloseTo(0.2, 12);
  expect(found?.interval[0]).toBeCloseTo(0.0524, 4);
  expect(found?.interval[1]).toBeCloseTo(0.3339, 4);
});

test('an empty stratum and no stratum have none', () => {
  expect(combinedProportion([{ k: 0, n: 0, coefficient: 1 }])).toBeNull();
  expect(combinedProportion([])).toBeNull();
});
