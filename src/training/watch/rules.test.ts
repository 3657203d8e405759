import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultRules, rulesOf } from './default-rules.ts';
import { type StopRule, startSteps } from './rule-schema.ts';
import { parseRule, ruleText } from './rule-text.ts';
import { firing, startOf, stepsBack } from './rules.ts';
import type { Judged, StepRow } from './series.ts';

const rule = (text: string): StopRule => parseRule(text, 'stop');

/** Steps at which a rule fires when each step is looked at as it comes, with no more of the past than it asks for. */
function firedAt(one: StopRule, rows: StepRow[]): number[] {
  return rows.flatMap((_, index) => {
    const seen = rows.slice(0, index + 1);
    return firing([one], seen.slice(-stepsBack([one])), startOf(seen)).map(({ step }) => step);
  });
}

const rowsOf = (values: (number | null | undefined)[], name = 'kl'): StepRow[] =>
  values.map((value, index) => ({ step: index + 1, log: value === undefined ? {} : { [name]: value } }));

const measured = fc.array(
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom(0, 1, 2, 9) }, fc.constantFrom(null, undefined)),
  {
    maxLength: 40,
  },
);

test('a rule fires exactly where its condition has just held so many times in a row, once for each such row', () => {
  fc.assert(
    fc.property(measured, fc.integer({ min: 1, max: 5 }), (values, times) => {
      let inARow = 0;
      const expected = values.flatMap((value, index) => {
        inARow = typeof value === 'number' && value > 1 ? inARow + 1 : 0;
        return inARow === times ? [index + 1] : [];
      });
      expect(firedAt(rule(`kl>1:${times}`), rowsOf(values))).toEqual(expected);
    }),
  );
});

test('over a window the mean of what was measured is compared, and only once the window is full', () => {
  fc.assert(
    fc.property(measured, fc.integer({ min: 1, max: 6 }), (values, window) => {
      const above = values.map((_, index) => {
        const inside = values.slice(Math.max(0, index + 1 - window), index + 1);
        const numbers = inside.filter((value) => typeof value === 'number');
        return inside.length === window && numbers.reduce((sum: number, one) => sum + one, 0) / numbers.length > 1;
      });
      const expected = above.flatMap((held, index) => (held && above[index - 1] !== true ? [index + 1] : []));
      expect(firedAt(rule(`kl>1@${window}`), rowsOf(values))).toEqual(expected);
    }),
  );
});

test('what is no number, or was not reported, never fires a rule on the value, in either direction', () => {
  const nothing = rowsOf(Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? null : undefined)));
  for (const text of ['kl>-1', 'kl<1', 'kl>0*start', 'kl<start+1', 'kl>0@5'])
    expect(firedAt(rule(text), nothing), text).toEqual([]);
});

test('the share of steps that were not measured fires; what the engine never reports is not missing', () => {
  const diverged = rowsOf([1, 1, null, null, null, null], 'loss');
  expect(firedAt(rule('unmeasured(loss)>0:3'), diverged)).toEqual([5]);
  expect(firedAt(rule('unmeasured(loss)>0.5@4'), diverged)).toEqual([5]);
  expect(firedAt(rule('unmeasured(gradient-norm)>0:3'), diverged)).toEqual([]);
});

test('limits relative to the start are measured from the first steps, and say nothing before those are over', () => {
  const rows = rowsOf([...Array.from({ length: startSteps }, () => 2), 3, 5, 5, 5]);
  expect(firedAt(rule('kl>2*start'), rows)).toEqual([startSteps + 2]);
  expect(firedAt(rule('kl>start+2:2'), rows)).toEqual([startSteps + 3]);
  expect(firedAt(rule('kl>0*start'), rows)).toEqual([startSteps + 1]);
  expect(firedAt(rule('kl>2*start'), rows.slice(0, startSteps))).toEqual([]);
});

/** A step with so many refusals of so many benign questions. */
function benign(step: number, k: number, n: number): StepRow {
  const none = { n: 0, sum: 0, min: null, max: null };
  const nothing = { n: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
  const judged: Judged = {
    ...{ samples: n, reward: none, heldOut: none, both: nothing, length: nothing },
    ...{ format: { k: 0, n: 0 }, harmful: { k: 0, n: 0 }, benign: { k, n } },
  };
  return { step, log: {}, judged };
}

test('shares of a window are pooled over its cases, and too few cases are no measurement', () => {
  const rows = [benign(1, 0, 8), benign(2, 2, 2), benign(3, 4, 4), benign(4, 8, 8)];
  expect(firedAt(rule('benign-refusals>0.5@2'), rows)).toEqual([3]); // 2 of 10, then 6 of 6
  expect(firedAt(rule('benign-refusals>0.5@2#7'), rows)).toEqual([4]);
});

test('the text of a rule reads back as the same rule; a text that is none says what one looks like', () => {
  for (const stage of ['sft', 'reward', 'grpo'] as const)
    for (const one of defaultRules(stage)) {
      const { because, ...bare } = one;
      expect(because).not.toBe('');
      expect(parseRule(ruleText(one), one.action)).toEqual(bare);
    }
  expect(ruleText(rule(' harmful-refusals < start-0.2 @ 20 # 20 '))).toBe('harmful-refusals<start-0.2@20#20');
  for (const wrong of ['kl', 'kl=3', 'kl>', 'kl>x', 'unmeasured(kl>1', 'kl>1:0', 'klx>1'])
    expect(() => rule(wrong), wrong).toThrow();
  expect(() => rule('speed>1')).toThrow(/no metric "speed"/);
});

test('an own rule replaces the default ones on its metric and direction; defaults can be left out', () => {
  const own = rule('kl>3:2');
  const texts = rulesOf('grpo', { rules: [own], defaults: true }).map(ruleText);
  expect(texts.filter((text) => text.startsWith('kl'))).toEqual(['kl>3:2']);
  expect(texts.length).toBeGreaterThan(10);
  expect(rulesOf('grpo', { rules: [own], defaults: false }).map(ruleText)).toEqual(['kl>3:2']);
});
