import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { extractAnswer } from './extract.ts';
import type { McqOption } from './extract-context.ts';

const texts = z.record(z.string(), z.string());
const sampleSchema = z.object({
  cases: z.array(z.object({ id: z.string(), reply: z.string(), options: texts, expected: z.string().nullable() })),
});
const caseSchema = z.object({
  optionSets: z.record(z.string(), texts),
  cases: z.array(
    z.object({
      id: z.string(),
      reply: z.string(),
      options: z.string(),
      multiple: z.boolean().default(false),
      state: z.enum(['answered', 'abstained', 'out-of-range', 'unparsable']),
      labels: z.array(z.string()).optional(),
    }),
  ),
});
const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../test/fixtures/evaluation/${name}`, import.meta.url), 'utf8'));
const sample = sampleSchema.parse(read('mcq-extraction.json'));
const table = caseSchema.parse(read('mcq-extraction-cases.json'));
const heldOut = caseSchema.parse(read('mcq-extraction-held-out.json'));

function optionsOf(set: Record<string, string>): McqOption[] {
  return Object.entries(set).map(([label, text]) => ({ label, text }));
}

test.each(sample.cases)('sample: $id', ({ reply, options, expected }) => {
  const result = extractAnswer({ reply, options: optionsOf(options) });
  expect(result.state === 'answered' ? result.labels : null).toEqual(expected === null ? null : [expected]);
});

describe.each([
  ['case table', table],
  ['held-out table', heldOut],
])('%s', (_, table) => {
  test('ids are unique and options exist', () => {
    expect(new Set(table.cases.map((entry) => `${entry.options} ${entry.id}`)).size).toBe(table.cases.length);
    for (const entry of table.cases) expect(table.optionSets[entry.options]).toBeDefined();
  });

  test.each(table.cases)('$options: $id', ({ reply, options, multiple, state, labels }) => {
    const result = extractAnswer({ reply, options: optionsOf(table.optionSets[options] ?? {}), multiple });
    expect(result, JSON.stringify(result)).toMatchObject(labels === undefined ? { state } : { state, labels });
  });
});

test('no label is answered that the reply does not spell, nor by an option whose text it does not hold', () => {
  const cases = [...table.cases, ...heldOut.cases];
  const part = fc.constantFrom(...cases).map((entry) => entry.reply);
  const cut = fc.tuple(part, fc.nat(200), fc.nat(200)).map(([reply, from, to]) => reply.slice(from, from + to + 1));
  const sets = [...Object.values(table.optionSets), ...Object.values(heldOut.optionSets)];
  fc.assert(
    fc.property(
      fc.array(fc.oneof(part, cut), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('\n', ' ', '，'),
      fc.constantFrom(...sets),
      fc.boolean(),
      (parts, glue, set, multiple) => {
        const reply = parts.join(glue);
        const result = extractAnswer({ reply, options: optionsOf(set), multiple });
        if (result.state !== 'answered') return;
        expect(result.rule).toMatch(/\w/);
        const spelled = reply.normalize('NFKC').toLowerCase();
        const all = /all of|all the|all options|全选|全部|(?:都|均|皆|全)(?:对|是|正确)/i.test(spelled);
        for (const label of result.labels) {
          const text = (set[label] ?? '').normalize('NFKC').toLowerCase();
          expect(spelled.includes(label.toLowerCase()) || spelled.includes(text) || all, `${label} in ${reply}`).toBe(
            true,
          );
        }
      },
    ),
    { numRuns: 3000 },
  );
});

const drugs = optionsOf(table.optionSets.drugs ?? {});

test('every outcome says by which rule, or why not', () => {
  expect(extractAnswer({ reply: 'ANSWER: B. Chest CT', options: drugs })).toEqual({
    state: 'unparsable',
    reason: 'label-and-text-disagree',
  });
  expect(extractAnswer({ reply: 'ANSWER: B and C', options: drugs })).toEqual({
    state: 'unparsable',
    reason: 'more-than-one-answer',
  });
  expect(extractAnswer({ reply: '<think>B', options: drugs })).toEqual({
    state: 'unparsable',
    reason: 'reasoning-not-closed',
  });
  expect(extractAnswer({ reply: '', options: drugs })).toEqual({ state: 'unparsable', reason: 'empty' });
  expect(extractAnswer({ reply: 'Fever.', options: drugs })).toEqual({
    state: 'unparsable',
    reason: 'no-answer-found',
  });
  expect(extractAnswer({ reply: 'Well. ANSWER: N/A', options: drugs })).toMatchObject({
    state: 'abstained',
    rule: 'marker',
  });
  expect(extractAnswer({ reply: 'The answer is E, of course.', options: drugs })).toMatchObject({
    state: 'out-of-range',
    labels: ['E'],
    rule: 'prose',
  });
});

test('labels come back as the item writes them, in its order', () => {
  const options = [
    { label: 'a', text: 'Rest' },
    { label: 'b', text: 'Fluids' },
    { label: 'c', text: 'Oxygen' },
  ];
  expect(extractAnswer({ reply: 'ANSWER: C, A', options, multiple: true })).toMatchObject({
    state: 'answered',
    labels: ['a', 'c'],
  });
});

test('the requested form is read for every label, bracket, case and wrapping', () => {
  const wrap = fc.constantFrom(
    (l: string) => l,
    (l: string) => `**${l}**`,
    (l: string) => `(${l})`,
    (l: string) => `[${l}]`,
    (l: string) => `\\boxed{${l}}`,
    (l: string) => `"${l}"`,
    (l: string) => `${l}.`,
  );
  const lead = fc.constantFrom(
    '',
    'The patient has hepatitis B and takes vitamin A.\n',
    '<think>ANSWER: A</think>\n',
    'ANSWER: D\nI change my mind.\n',
    '患者为A型血。\n',
  );
  const marker = fc.constantFrom(
    'ANSWER: ',
    'Final answer: ',
    '**Answer:** ',
    '答案：',
    'The correct answer is ',
    '故选',
    '正确答案是',
  );
  fc.assert(
    fc.property(fc.constantFrom('A', 'B', 'C', 'D'), wrap, lead, marker, (label, wrapped, before, form) => {
      expect(extractAnswer({ reply: `${before}${form}${wrapped(label)}`, options: drugs })).toMatchObject({
        state: 'answered',
        labels: [label],
      });
    }),
  );
});

test('an answer is never one that the reply does not spell: labels are options, and the quote is part of the reading', () => {
  const piece = fc.constantFrom(
    'A',
    'B',
    'E',
    ' is ',
    'correct',
    'answer',
    ': ',
    '\n',
    '。',
    '选',
    '答案',
    'not ',
    '(',
    ')',
    'or ',
    ', ',
    'Amoxicillin',
    '<think>',
    '</think>',
    '<answer>',
    'I ',
    'hepatitis ',
    '?',
    '不',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), fc.boolean(), (pieces, multiple) => {
      const reply = pieces.join('');
      const result = extractAnswer({ reply, options: drugs, multiple });
      if (result.state !== 'answered') return;
      expect(result.labels.length).toBeGreaterThan(0);
      expect(result.labels.length === 1 || multiple).toBe(true);
      for (const label of result.labels) expect(/[A-D]|Amoxicillin/.test(reply) && 'ABCD'.includes(label)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('reasoning never decides: hiding it changes no outcome', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('ANSWER: A', '故选C', 'I cannot answer.', 'D'),
      fc.constantFrom('ANSWER: B', 'Hmm.', '答案：C', ''),
      (thought, said) => {
        const options = drugs;
        expect(extractAnswer({ reply: `<think>${thought}</think>${said}`, options })).toEqual(
          extractAnswer({ reply: said, options }),
        );
      },
    ),
  );
});

test.each([
  ['blank lines', '\n'.repeat(200_000)],
  ['opened reasoning', '<think>'.repeat(30_000)],
  ['opened answers', '<answer>A '.repeat(20_000)],
  ['markers without a label', 'the answer is '.repeat(15_000)],
  ['adjectives', 'best '.repeat(40_000)],
  ['labels', 'A, '.repeat(60_000)],
  ['brackets', '('.repeat(200_000)],
  ['Chinese markers', '选不'.repeat(80_000)],
  ['one long word', 'a'.repeat(300_000)],
])('a degenerate reply of %s is read in time that grows with its length', (_, reply) => {
  const started = performance.now();
  extractAnswer({ reply, options: drugs });
  expect(performance.now() - started).toBeLessThan(5000);
});
