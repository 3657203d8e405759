import { expect, test } from 'vitest';
import type { DesignParts } from '../../test/study.ts';
import { syn30Arms, syn30Design } from '../../test/syn-30.ts';
import { StudyDesign } from './design-schema.ts';
import { contrastFinding } from './finding.ts';
import { secondaryPrimary } from './registered.ts';

const arms = Object.entries(syn30Arms).map(([name, values]) => ({ name, values }));
const passed = arms.map(({ name, values }) => ({ name, values: values.map((value) => Number(value >= 20)) }));

function found(registration: DesignParts, scored = arms) {
  const design = StudyDesign.parse(syn30Design({}, registration));
  return contrastFinding(design, scored, design.registration);
}

test('non-inferiority is tested at alpha/2, and the interval must lie above the margin', () => {
  const shown = found({
    hypothesis: { claim: 'non-inferiority', margin: 1 },
    test: 'noninferiority.t',
    interval: 'meanDifference',
  });
  expect(shown).toMatchObject({ finding: 'shown', agree: true });
  expect(shown.sentence).toBe(
    'non-inferiority of model against pgy2 on total is shown at margin 1: difference 0.4 [-0.002, 0.9] (one-sided p = 1.1e-7, below 0.025, and the interval [-0.002, 0.9] is above −1).',
  );
  const passes = found(
    {
      outcome: { of: 'pass', threshold: 20 },
      hypothesis: { claim: 'non-inferiority', margin: 0.1 },
      test: 'tango.noninferiority',
      interval: 'tango.difference',
    },
    passed,
  );
  expect(passes).toMatchObject({ finding: 'not shown', agree: true });
  expect(passes.test.p).toBeCloseTo(0.092773, 5);
  expect(passes.sentence).toMatch(
    /is not shown at margin 0\.1: difference 0\.00 .*"Not shown" is no proof of the contrary\.$/,
  );
});

test('equivalence is two tests at alpha each, and its interval has level 1 − 2 alpha', () => {
  const equivalence = {
    hypothesis: { claim: 'equivalence', margin: 1 },
    test: 'equivalence.tost',
    interval: 'meanDifference',
  };
  const shown = found(equivalence);
  expect(shown).toMatchObject({ finding: 'shown', agree: true });
  expect(shown.interval.ciLevel).toBeCloseTo(0.9, 12);
  expect(found({ ...equivalence, contrast: { a: 'model', b: 'pgy1' } })).toMatchObject({
    finding: 'not shown',
    agree: true,
  });
});

test('another tie rule, registered before, can move the interval, and the finding follows the registered one', () => {
  expect(found({ tieRule: 'strict' }).interval.ci95?.[0]).toBeCloseTo(-1 / 30, 9);
  expect(found({ tieRule: 'mid' }).interval.ci95?.[0]).toBe(0);
  expect(found({ interval: 'bootstrapMean.percentile' })).toMatchObject({ finding: 'first higher', agree: true });
  expect(found({ contrast: { a: 'pgy1', b: 'model' } }).finding).toBe('second higher');
});

test('an outcome that the registered test does not fit is judged by the first pair that does', () => {
  const design = StudyDesign.parse(syn30Design());
  expect(secondaryPrimary(design, { of: 'axis', axis: 'a1' })).toEqual({
    test: 'wilcoxon.exactPermutation.zerosDropped',
    interval: 'bootstrapMean.bca',
  });
  expect(secondaryPrimary(design, { of: 'pass', threshold: 20 })).toEqual({
    test: 'mcnemar.exact',
    interval: 'tango.difference',
  });
});

test('arms that never differ have an undefined test, and that is no finding', () => {
  const same = [
    { name: 'model', values: [1, 2, 3, 4].map((one) => one * 5) },
    { name: 'pgy2', values: [1, 2, 3, 4].map((one) => one * 5) },
  ];
  const one = found({}, same);
  expect([one.finding, one.test.value, one.agree]).toEqual(['not distinguishable', null, true]);
  expect(one.sentence).not.toMatch(/NaN|undefined\)/);
});
