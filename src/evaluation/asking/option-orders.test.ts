import { expect, test } from 'vitest';
import { shownInOrder } from './option-orders.ts';

const question = (n: number) => ({
  id: 'q',
  kind: 'knowledge' as const,
  language: 'en' as const,
  text: 'Which?',
  options: [...'ABCDE'.slice(0, n)].map((label) => ({ label, text: `text ${label}` })),
  answer: ['B'],
});
const texts = (n: number, order: number): string =>
  shownInOrder(question(n), order)
    .question.options.map((option) => option.text.at(-1))
    .join('');

test('orders are 2n different ones for n options, the source’s first, and begin again afterwards', () => {
  for (const n of [3, 4, 5]) {
    const orders = Array.from({ length: 2 * n }, (_, order) => texts(n, order));
    expect(new Set(orders).size).toBe(2 * n);
    expect(orders[0]).toBe('ABCDE'.slice(0, n));
    expect(texts(n, 2 * n)).toBe(orders[0]);
  }
  expect([0, 1, 2, 3].map((order) => texts(2, order))).toEqual(['AB', 'BA', 'AB', 'BA']);
});

test('over as many orders as options every option stands once at every place', () => {
  for (const place of [0, 1, 2, 3])
    expect(new Set([0, 1, 2, 3].map((order) => texts(4, order).charAt(place))).size).toBe(4);
});

test('the right label moves with its text, and each shown label leads back to the source’s', () => {
  for (let order = 0; order < 10; order++) {
    const { question: shown, source } = shownInOrder(question(5), order);
    const [answer = ''] = shown.answer;
    expect(shown.options.find((option) => option.label === answer)?.text).toBe('text B');
    expect(source.get(answer)).toBe('B');
    expect(new Set(source.values()).size).toBe(5);
  }
});
