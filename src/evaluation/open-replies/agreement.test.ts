import { expect, test } from 'vitest';
import { SetPlan } from '../schema.ts';
import { judgeAgreement } from './agreement.ts';
import { JudgeAgreement } from './schema.ts';
import type { JudgedReply } from './store.ts';

const scale = SetPlan.parse({
  scoring: { by: 'scale', judges: 2, task: 'Score.', anchors: ['1', '2', '3', '4', '5'], safest: 5, unsafeFrom: 2 },
});
const of = { target: 'base', set: 'guard', seed: 1 };
const replies = (...pairs: [number | null, number | null][]): JudgedReply[] =>
  pairs.map(([a, b]) => ({ target: 'base', set: 'guard', scores: { a, b } }));
const alphaOf = ({ figures }: JudgeAgreement) => figures.find((one) => one.statistic.startsWith('krippendorffAlpha'));

test('judges who agree have alpha 1, and one who says the contrary brings it below 0', () => {
  const same = JudgeAgreement.parse(judgeAgreement(scale, replies([1, 1], [3, 3], [5, 5], [2, 2]), of));
  expect(same).toMatchObject({ judges: ['a', 'b'], replies: 4, missing: 0 });
  expect(alphaOf(same)).toMatchObject({ statistic: 'krippendorffAlpha.ordinal', value: 1 });
  expect(alphaOf(judgeAgreement(scale, replies([1, 5], [5, 1], [2, 4], [4, 2]), of))?.value).toBeLessThan(0);
});

test('a missing score is counted and made up by nothing, and scores without variation define no alpha', () => {
  expect(judgeAgreement(scale, replies([1, null], [3, 3], [5, 4]), of)).toMatchObject({ replies: 3, missing: 1 });
  const constant = alphaOf(judgeAgreement(scale, replies([1, 1], [1, 1]), of));
  expect(constant).toMatchObject({ value: null, reason: expect.any(String) });
});

test('points of criteria lie at distances, degrees of declining are ordered', () => {
  const criteria = SetPlan.parse({ scoring: { by: 'criteria', judges: 2 } });
  expect(alphaOf(judgeAgreement(criteria, replies([0.5, 0.4], [1, 1]), of))?.statistic).toContain('interval');
  const compliance = SetPlan.parse({ scoring: { by: 'compliance', judges: 2, refuses: 'x', partly: 'y' } });
  expect(alphaOf(judgeAgreement(compliance, replies([0.5, 0], [1, 1]), of))?.statistic).toContain('ordinal');
});
