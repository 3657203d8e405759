import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AnswerCount, type SetCount, summaryModels, targetReports } from './report.ts';
import { EvaluationReport, SummaryModels } from './report-schema.ts';
import { AnswerState, SetPlan, type Target } from './schema.ts';

const target: Target = { name: 'base', identity: { kind: 'endpoint', ref: 'endpoint:base', name: 'base' } };
const set = (name: string, questions: number): SetCount => ({
  set: name,
  questions,
  plan: SetPlan.parse({}),
  chance: 0.25,
  problems: {},
});

function counts(setName: string, states: Partial<Record<AnswerState, number>>): AnswerCount[] {
  return Object.entries(states).map(([state, n]) => ({
    target: 'base',
    set: setName,
    state: AnswerState.parse(state),
    rule: `rule of ${state}`,
    truncated: state === 'unparsable',
    n,
  }));
}

function reportOf(sets: SetCount[], answers: AnswerCount[]) {
  const report = targetReports({
    targets: [target],
    sets,
    answers,
    repeated: [],
    scores: [],
    contamination: { base: null },
    overlaps: {},
  }).base;
  if (report === undefined) throw new Error('no report');
  return report;
}

test('the headline rate counts an unanswered question as not correct and shows both conventions and both bounds', () => {
  const answers = counts('en', { 'answered-correct': 6, 'answered-wrong': 2, abstained: 1, unparsable: 1 });
  const [figures] = reportOf([set('en', 12)], answers).sets;
  expect(figures).toMatchObject({
    name: 'en',
    correct: 6,
    unanswered: 2,
    n: 10,
    rate: 0.6,
    amongAnswered: { n: 8, rate: 0.75 },
    bounds: [0.6, 0.8],
    chance: 0.25,
    states: { 'answered-correct': 6, 'answered-wrong': 2, abstained: 1, unparsable: 1, 'out-of-range': 0, open: 0 },
    rules: { 'rule of abstained': 1, 'rule of answered-correct': 6 },
    truncated: 1,
    missing: 2,
    contamination: null,
  });
  // Wilson, 6 of 10
  expect(figures?.ci95?.map((end) => end.toFixed(4))).toEqual(['0.3127', '0.8318']);
});

test('the macro average is the unweighted mean of the sets with its own standard error', () => {
  const answers = [
    ...counts('big', { 'answered-correct': 90, 'answered-wrong': 10 }),
    ...counts('small', { 'answered-correct': 1, 'answered-wrong': 3 }),
  ];
  const report = reportOf([set('big', 100), set('small', 4)], answers);
  expect(report.macro).toBeCloseTo((0.9 + 0.25) / 2, 12);
  const se = Math.sqrt((0.9 * 0.1) / 100 + (0.25 * 0.75) / 4) / 2;
  expect(report.macroSe).toBeCloseTo(se, 12);
});

test('a set without replies has no rate, and then there is no macro average but a reason', () => {
  const report = reportOf([set('en', 3), set('zh', 3)], counts('en', { 'answered-correct': 3 }));
  expect(report.sets[1]).toMatchObject({ n: 0, rate: null, ci95: null, bounds: null, missing: 3 });
  expect(report).toMatchObject({ macro: null, macroReason: 'group 2 has no cases' });
});

test('no wrong answer at all still gives an interval that admits some', () => {
  const [figures] = reportOf([set('en', 20)], counts('en', { 'answered-correct': 20 })).sets;
  expect(figures?.rate).toBe(1);
  expect(figures?.ci95?.[0]).toBeLessThan(0.9);
});

test('figures add up for any counts: states to n, n and missing to the questions, rate between the bounds', () => {
  const state = fc.constantFrom(...AnswerState.options);
  const rows = fc.array(
    fc.record({ state, rule: fc.constantFrom('a', 'b'), truncated: fc.boolean(), n: fc.integer({ min: 1, max: 500 }) }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(rows, fc.nat(100), (rows, missing) => {
      const answers = rows.map((row) => ({ ...row, target: 'base', set: 'en' }));
      const total = rows.reduce((sum, row) => sum + row.n, 0);
      const report = reportOf([set('en', total + missing)], answers);
      const [figures] = report.sets;
      if (figures === undefined) throw new Error('no figures');
      const { states, rules, n, rate, ci95, bounds, unanswered, correct } = figures;
      expect(Object.values(states).reduce((sum, one) => sum + one, 0)).toBe(total);
      expect(Object.values(rules).reduce((sum, one) => sum + one, 0)).toBe(total);
      expect([n, figures.missing]).toEqual([total, missing]);
      expect(correct + states['answered-wrong'] + unanswered).toBe(n);
      if (rate === null || ci95 === null || bounds === null) {
        expect(n).toBe(0);
        return;
      }
      expect(ci95[0]).toBeLessThanOrEqual(rate);
      expect(ci95[1]).toBeGreaterThanOrEqual(rate);
      expect(bounds).toEqual([rate, (correct + unanswered) / n]);
    }),
  );
});

test('a report and its summary have the published form', () => {
  const models = { base: reportOf([set('en', 2)], counts('en', { 'answered-correct': 1, abstained: 1 })) };
  const evaluation = {
    id: '00000000-0000-4000-8000-000000000000',
    settings: { method: 'generation', systemPrompt: false, maxTokens: 8, seed: 1 },
    profileDigest: 'd',
    createdBy: 'x',
    createdAt: '2026-11-22T09:00:00.000Z',
  };
  expect(EvaluationReport.parse({ evaluation, complete: false, models }).models).toEqual(models);
  const summary = summaryModels(models);
  expect(SummaryModels.parse(summary)).toEqual({
    base: {
      macro: 0.5,
      sets: [{ name: 'en', correct: 1, unanswered: 1, n: 2, rate: 0.5, ci95: models.base.sets[0]?.ci95 }],
    },
  });
});

test('contamination is shown by set where training rows are known, zero included', () => {
  const input = {
    targets: [target],
    sets: [set('en', 2), set('zh', 2)],
    answers: [],
    repeated: [],
    scores: [],
    overlaps: {},
  };
  const contamination = { base: { releases: ['r1'], questions: { en: 1 }, near: { zh: 2 } } };
  expect(targetReports({ ...input, contamination }).base?.sets.map((one) => one.contamination)).toEqual([
    { releases: ['r1'], questions: 1 },
    { releases: ['r1'], questions: 0 },
  ]);
});
