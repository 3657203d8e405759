import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../verify/fields.ts';
import { presetOf, presets, resolvedArguments } from './presets.ts';
import { chooseRows, omittedBy, promptLine, type RowFacts, rowFacts } from './rows.ts';
import { Omit, StartRun } from './schema.ts';

const facts: RowFacts = {
  subject: 's',
  kind: 'guard',
  language: 'zh',
  dimensions: ['S5', 'E1'],
  edited: true,
  panel: false,
};

test('an example is left out by what its row says, and the first term that fits is named', () => {
  for (const term of ['edited', 'kind:guard', 'language:zh', 'dimension:E1']) expect(omittedBy(term, facts)).toBe(term);
  for (const term of ['panel', 'kind:ethics', 'language:en', 'dimension:S1', undefined])
    expect(omittedBy(term, facts)).toBeUndefined();
  expect(omittedBy('panel,language:zh,edited', facts)).toBe('language:zh');
});

test('what can be omitted is a closed list', () => {
  for (const good of ['edited', 'panel', 'kind:knowledge', 'dimension:S5,language:en'])
    expect(Omit.safeParse(good).success).toBe(true);
  for (const bad of ['', 'edits', 'kind:other', 'dimension:', 'language:ZH', 'edited,', 'edited, panel'])
    expect(Omit.safeParse(bad).success).toBe(false);
});

const kinds = ['knowledge', 'guard', 'ethics'] as const;
const rowsOf = (counts: readonly number[]): { kind: string; id: string }[] =>
  counts.flatMap((count, index) =>
    Array.from({ length: count }, (_, n) => ({ kind: kinds[index] ?? '', id: `${index}/${n}` })),
  );

test('a mixture holds its kinds by weight, repeats no row, and the seed alone decides which rows', () => {
  const counts = fc.tuple(
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 60 }),
  );
  const weights = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)).filter((all) => all.some((one) => one > 0));
  fc.assert(
    fc.property(
      counts,
      weights,
      fc.option(fc.integer({ min: 1, max: 90 }), { nil: undefined }),
      (counts, weights, rows) => {
        const mixture = Object.fromEntries(kinds.map((kind, index) => [kind, weights[index] ?? 0]));
        const found = rowsOf(counts);
        const chosen = chooseRows(found, { mixture, seed: 3, ...(rows === undefined ? {} : { rows }) });
        expect(chooseRows(found, { mixture, seed: 3, ...(rows === undefined ? {} : { rows }) })).toEqual(chosen);
        expect(new Set(chosen.map(({ id }) => id)).size).toBe(chosen.length);
        expect(chosen.length).toBeLessThanOrEqual(rows ?? found.length);
        const sum = weights[0] + weights[1] + weights[2];
        for (const [index, kind] of kinds.entries()) {
          const share = (chosen.length * (weights[index] ?? 0)) / sum;
          expect(Math.abs(chosen.filter((row) => row.kind === kind).length - share)).toBeLessThan(1);
        }
      },
    ),
  );
});

test('equal weights take all of the rarest kind', () => {
  const chosen = chooseRows(rowsOf([40, 12, 20]), { mixture: { knowledge: 1, guard: 1, ethics: 1 }, seed: 1 });
  expect(chosen).toHaveLength(36);
});

test('a kind that is not there is an error, not a silent other mixture', () => {
  const asked = { mixture: { knowledge: 1, ethics: 1 }, seed: 1 };
  expect(() => chooseRows(rowsOf([5, 5, 0]), asked)).toThrow('asks for ethics');
});

const row = (question: JsonObject, kind = 'guard'): JsonObject => ({
  _cts: { subj: 's' },
  id: 'g-1',
  kind,
  language: 'en',
  dimensions: ['S5', 'E1'],
  prompt: [{ role: 'user', content: 'Why?' }],
  question,
  signals: { edited: false, by: 'panel' },
});

test('every prompt tells the reward service how it should be met and what is expected', () => {
  const common = { dimension: 'S5', dimensions: ['S5', 'E1'], language: 'en' };
  expect(rowFacts(row({}))).toMatchObject({ panel: true, edited: false });
  expect(promptLine(row({ reference: 'Decline.' }))).toMatchObject({
    id: 'g-1',
    meta: { ...common, kind: 'harmful', question: 'guard', expected: 'Decline.' },
  });
  expect(promptLine(row({ benign: true }))).toMatchObject({
    meta: { kind: 'benign', question: 'guard', expected: '' },
  });
  const exam = {
    answer: ['B'],
    options: [
      { label: 'A', text: 'no' },
      { label: 'B', text: 'yes' },
    ],
  };
  expect(promptLine(row(exam, 'knowledge'))).toMatchObject({
    meta: { kind: 'benign', question: 'knowledge', expected: 'B. yes' },
  });
});

test('arguments of the run win over those of its preset; other stages have none', () => {
  const run = (rest: object): StartRun => StartRun.parse({ name: 'x', release: 'one', stage: 'grpo', ...rest });
  expect(resolvedArguments(run({}))).toEqual(presets.paper.args);
  const own = run({ preset: 'robust', args: { beta: 0.01, epsilon_high: 0.3 } });
  expect(resolvedArguments(own)).toEqual({ ...presets.robust.args, beta: 0.01, epsilon_high: 0.3 });
  expect(presetOf(run({ stage: 'sft' }))).toBeUndefined();
  expect(resolvedArguments(run({ stage: 'sft', args: { max_length: 9 } }))).toEqual({ max_length: 9 });
});
