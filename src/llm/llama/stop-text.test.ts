import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStopFilter } from './stop-text.ts';

/** Where the text must end: at the stop string that appears first, when text comes in these pieces. */
function cut(text: string, stops: string[]): string {
  const places = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  return places.length === 0 ? text : text.slice(0, Math.min(...places));
}

test('text is cut before a stop string that arrives in pieces, and nothing of it leaks', () => {
  const filter = createStopFilter(['</answer>']);
  expect(['yes</', 'ans', 'wer> more'].map((piece) => filter.push(piece))).toEqual(['yes', '', '']);
  expect([filter.stopped, filter.push('later'), filter.rest()]).toEqual([true, '', '']);
});

test('what only looked like a stop string is handed on', () => {
  const filter = createStopFilter(['</answer>']);
  expect([filter.push('a < b </ans'), filter.push('ex>'), filter.rest()]).toEqual(['a < b ', '</ansex>', '']);
});

test('one character at a time or all at once, the text before the stop string is the same', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 30 });
  const stop = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(letters, stop, (text, only) => {
      const filter = createStopFilter([only]);
      const singly = [...text].map((letter) => filter.push(letter)).join('') + filter.rest();
      expect(singly).toBe(cut(text, [only]));
    }),
  );
});

test('with several stop strings the first to appear decides', () => {
  const filter = createStopFilter(['xyz', 'b']);
  expect(filter.push('aabxyz')).toBe('aa');
});
