import { expect, test } from 'vitest';
import { methodNames, texts } from '../../web/quality/texts.ts';

const entries = Object.entries({ ...texts, ...methodNames }).map(([key, text]) => ({ key, ...text }));

test('every text of the page on quality is there in both languages, with the same places to fill in', () => {
  const han = /\p{Script=Han}/u;
  const places = (text: string): string => `${[...text.matchAll(/\{\w+\}/g)].map(String).sort()}`;
  const ranges = new Set(['sizeOf']); // numbers and brackets only
  expect(entries.filter(({ key, zh }) => !han.test(zh) && !ranges.has(key)).map((one) => one.key)).toEqual([]);
  expect(entries.filter(({ en }) => en.trim() === '' || han.test(en)).map((one) => one.key)).toEqual([]);
  expect(entries.filter(({ en, zh }) => places(en) !== places(zh)).map((one) => one.key)).toEqual([]);
});
