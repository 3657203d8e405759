import { expect, test } from 'vitest';
import type { Text } from '../../web/app/messages.ts';
import * as catalogue from '../../web/review/texts.ts';

const tables: Record<string, Record<string, Text>> = catalogue;
const entries = Object.entries(tables).flatMap(([table, texts]) =>
  Object.entries(texts).map(([key, text]) => ({ key: `${table}.${key}`, ...text })),
);
const han = /\p{Script=Han}/u;
const places = (text: string): string => [...text.matchAll(/\{\w+\}/g)].map(String).sort().join();

test('every text of the review screen is there in English and in Chinese, with the same places to fill in', () => {
  expect(entries.length).toBeGreaterThan(150);
  expect(entries.filter(({ en, zh }) => han.test(en) || !han.test(zh)).map((one) => one.key)).toEqual([]);
  expect(entries.filter(({ zh }) => /[A-Za-z]{2}/.test(zh.replace(/\{\w+\}/g, ''))).map((one) => one.key)).toEqual([]);
  expect(entries.filter(({ en, zh }) => places(en) !== places(zh)).map((one) => one.key)).toEqual([]);
});
