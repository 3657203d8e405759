import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseTrace } from '../../src/core/trace.ts';
import { TrainingStage } from '../../src/training/schema.ts';
import { defaultRules } from '../../src/training/watch/default-rules.ts';
import { ruleText } from '../../src/training/watch/rule-text.ts';
import { messages, type Text } from '../../web/app/messages.ts';
import * as words from '../../web/app/words.ts';
import { ruleReasons } from '../../web/training/texts.ts';

const tables: Record<string, Record<string, Text>> = { messages, ...words };
// The catalogues of each area of pages; whatever they export is a table of texts.
for (const path of readdirSync('web', { recursive: true }).map(String)) {
  const [, area, file] = /^([\w-]+)\/((?:[\w-]+-)?texts)\.ts$/.exec(path) ?? [];
  if (area === undefined || file === undefined) continue;
  const catalogue: Record<string, Record<string, Text>> = await import(`../../web/${area}/${file}.ts`);
  const named = file === 'texts' ? area : `${area}.${file}`;
  for (const [name, texts] of Object.entries(catalogue)) tables[`${named}.${name}`] = texts;
}
const entries = Object.entries(tables).flatMap(([table, texts]) =>
  Object.entries(texts).map(([key, text]) => ({ key: `${table}.${key}`, ...text })),
);
const han = /\p{Script=Han}/u;
/** Names and punctuation that are the same everywhere, and the button that names the other language in that language. */
const exempt = new Set([
  'messages.title',
  'messages.switchLanguage',
  'messages.stop',
  'messages.separator',
  'messages.colon',
  'ui.figures.rateOf', // Chinese writes the “of” of a share as a stroke
]);

/** Places to fill in, and names that Chinese writes in Latin letters too. */
const placesAndNames =
  /\{\w+\}|\b(API|localhost|Krippendorff|Gwet|Fleiss|AC[12]?|Wilson|McNemar|Tango|Holm|MOVER|Bonferroni|SHA)\b/g;

test('every text of the interface is there in English and in Chinese', () => {
  const lacking = entries.filter(({ en, zh }) => en.trim() === '' || zh.trim() === '').map((one) => one.key);
  expect(lacking).toEqual([]);
  // What is only places to fill in and punctuation has no words.
  const words = entries.filter((one) => !exempt.has(one.key) && /\p{L}/u.test(one.en.replace(/\{\w+\}/g, '')));
  expect(words.filter(({ zh }) => !han.test(zh)).map((one) => one.key)).toEqual([]);
  expect(words.filter(({ en }) => han.test(en)).map((one) => one.key)).toEqual([]);
  expect(words.filter(({ zh }) => /[A-Za-z]{2}/.test(zh.replace(placesAndNames, ''))).map((one) => one.key)).toEqual(
    [],
  );
});

test('both languages of a text have the same places to fill in', () => {
  const places = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  expect(entries.filter(({ en, zh }) => `${places(en)}` !== `${places(zh)}`).map((one) => one.key)).toEqual([]);
});

test('every reason for which a trace is malformed has its words', () => {
  const samples = [
    'no blocks',
    '<think>a</think></think>',
    '<think><think>a</think>',
    'x <think>a</think><answer>b</answer>',
    '<think>a</think><answer>b',
    '<think>a</think>',
    '<think>a</think><answer>b</answer><answer>c</answer>',
    '<think>a</think><answer>b</answer> c',
    '<think>a</think><answer> </answer>',
    '<think>a</think><answer><answer>b</answer>',
    '<think> </think><answer>b</answer>',
  ];
  const reasons = samples.map((text) => {
    const parsed = parseTrace(text);
    return parsed.state === 'malformed' ? parsed.reason : 'well-formed';
  });
  expect(new Set(reasons)).toEqual(new Set(Object.keys(words.malformedReasons)));
});

test('every default stop rule has its reason in both languages, in the words of the rule', () => {
  const rules = TrainingStage.options.flatMap((stage) => defaultRules(stage));
  const shown = new Map(rules.map((rule) => [ruleText(rule), rule.because]));
  expect(Object.fromEntries(Object.entries(ruleReasons).map(([rule, { en }]) => [rule, en]))).toEqual(
    Object.fromEntries(shown),
  );
});
