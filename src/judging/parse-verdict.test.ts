import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseVerdict } from './parse-verdict.ts';

const verdict = z.object({ pass: z.boolean(), score: z.number(), reason: z.string() });
const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../test/fixtures/evaluation/${name}`, import.meta.url), 'utf8'));
const planted = z
  .object({
    cases: z.array(z.object({ id: z.string(), judgeReply: z.string(), expectedVerdict: z.literal('undecided') })),
  })
  .parse(read('judge-replies.json'));
const table = z
  .object({
    cases: z.array(
      z.object({
        id: z.string(),
        judgeReply: z.string(),
        expected: z.string(),
        allowReasoning: z.boolean().default(false),
      }),
    ),
  })
  .parse(read('judge-reply-cases.json'));

test.each(planted.cases)('sample: $id is undecided', ({ judgeReply }) => {
  expect(parseVerdict(judgeReply, verdict)).toMatchObject({ state: 'undecided' });
});

test.each(table.cases)('$id', ({ judgeReply, expected, allowReasoning }) => {
  const result = parseVerdict(judgeReply, verdict, { allowReasoning });
  if (expected === 'decided') expect(result).toMatchObject({ state: 'decided', value: { pass: false } });
  else expect(result).toMatchObject({ state: 'undecided', reason: expected, detail: expect.stringMatching(/\w/) });
});

test('a reply longer than any verdict is undecided', () => {
  expect(parseVerdict(`{"pass":true,"score":1,"reason":"${'x'.repeat(70_000)}"}`, verdict)).toMatchObject({
    reason: 'too-long',
  });
});

test('the detail of a schema failure names each missing field', () => {
  const result = parseVerdict('{"pass":true}', verdict);
  expect(result).toMatchObject({ reason: 'schema' });
  expect('detail' in result ? result.detail : '').toMatch(/score: .*reason: /);
});

test('every verdict written as one object is read back, whatever its reason says', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.integer({ min: 0, max: 10 }),
      fc.string(),
      fc.boolean(),
      (pass, score, reason, fenced) => {
        const json = JSON.stringify({ pass, score, reason });
        const fits = !json.includes('```');
        const reply = fenced && fits ? `\`\`\`json\n${json}\n\`\`\`` : json;
        expect(parseVerdict(reply, verdict)).toEqual({ state: 'decided', value: { pass, score, reason } });
      },
    ),
  );
});

test('any text before or after the object leaves the case undecided', () => {
  const text = fc.string({ minLength: 1 }).filter((part) => part.trim() !== '');
  fc.assert(
    fc.property(text, fc.boolean(), (extra, before) => {
      const json = JSON.stringify({ pass: true, score: 1, reason: 'x' });
      expect(parseVerdict(before ? extra + json : json + extra, verdict).state).toBe('undecided');
    }),
  );
});

test('no reply makes the parser throw, and nesting without end is undecided', () => {
  fc.assert(fc.property(fc.string(), (reply) => ['decided', 'undecided'].includes(parseVerdict(reply, verdict).state)));
  for (const reply of ['['.repeat(60_000), '{"a":'.repeat(10_000), '{'.repeat(60_000), '"'.repeat(60_000)]) {
    expect(parseVerdict(reply, verdict).state).toBe('undecided');
  }
});
