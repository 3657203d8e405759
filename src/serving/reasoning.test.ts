import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reasoningSplitter, splitReasoning } from './reasoning.ts';

test('thinking and answer are told apart', () => {
  expect(splitReasoning('<think>\n1. a < b\n</think>\n<answer>Yes</answer>')).toEqual({
    reasoning: '1. a < b',
    content: 'Yes',
  });
});

test('text of a model that does not use the format is its answer', () => {
  expect(splitReasoning('Take it with food.')).toEqual({ reasoning: '', content: 'Take it with food.' });
  expect(splitReasoning('<answer>cut')).toEqual({ reasoning: '', content: 'cut' });
});

test('wherever a stream is cut, the parts are the same and no character is lost', () => {
  const piece = fc.constantFrom(
    '<think>',
    '</think>',
    '<answer>',
    '</answer>',
    '<',
    'a',
    '答',
    '</',
    '\n',
    '<thin',
    '>',
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('')),
      fc.array(fc.nat(5)),
      (text, cuts) => {
        const splitter = reasoningSplitter();
        let rest = text;
        const pieces: { kind: string; text: string }[] = [];
        for (const cut of cuts) {
          pieces.push(...splitter.push(rest.slice(0, cut)));
          rest = rest.slice(cut);
        }
        pieces.push(...splitter.push(rest), ...splitter.end());
        const joined = (kind: string): string =>
          pieces
            .filter((one) => one.kind === kind)
            .map((one) => one.text)
            .join('')
            .trim();
        expect({ reasoning: joined('reasoning'), content: joined('content') }).toEqual(splitReasoning(text));
        expect(pieces.map((one) => one.text).join('')).toBe(text.replaceAll(/<\/?(think|answer)>/g, ''));
      },
    ),
  );
});
