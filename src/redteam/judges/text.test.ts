import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparableText, storableText, textDigest, withoutTags } from '../../judging/text.ts';
import { gramsOf, hashedGrams } from './classifier/grams.ts';
import { exchangeDigest, opening } from './text.ts';

test('texts that differ in case, blanks or width only have one digest; other texts have others', () => {
  expect(textDigest('Ｐｌｅａｓｅ  help\n')).toBe(textDigest('please help'));
  expect(textDigest('请 帮忙')).toBe(textDigest('请帮忙'));
  expect(textDigest('please help me')).not.toBe(textDigest('please help'));
  expect(exchangeDigest('a b', 'c')).not.toBe(exchangeDigest('a', 'b c'));
});

test('the comparable form is a fixed point', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const once = comparableText(text);
      expect(comparableText(once)).toBe(once);
    }),
  );
});

describe('the opening of a reply', () => {
  test.each([
    ['the first sentence', 'I cannot do that. Here is why.', 'I cannot do that.'],
    ['a decimal point does not end it', 'Give 2.5 mg twice. Then wait.', 'Give 2.5 mg twice.'],
    ['Chinese', '这不能代写。请先上报。', '这不能代写。'],
    ['the answer, not the thinking', '<think>\n1. Risk.\n</think>\n<answer>No. Ask a doctor.</answer>', 'No.'],
    ['the thinking where there is no answer', '<think>Only thought</think>', 'Only thought'],
    ['an unclosed answer', '<answer>Yes, here it is', 'Yes, here it is'],
    ['an empty answer', '<think>Thought.</think><answer></answer>', 'Thought.'],
    ['nothing', ' \n ', ''],
  ])('%s', (_name, reply, expected) => {
    expect(opening(reply)).toBe(expected);
  });

  test('is empty only where the reply is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (reply) => {
        expect(opening(reply) === '').toBe(withoutTags(reply) === '');
      }),
    );
  });
});

test('n-grams are words in English and characters in Chinese, and never cross punctuation', () => {
  expect(gramsOf('I can not, sorry')).toEqual(['i', 'can', 'i can', 'not', 'can not', 'sorry']);
  expect(gramsOf('不能。好')).toEqual(['不', '能', '不 能', '好']);
  expect(gramsOf('用MRI检查')).toEqual(['用', 'mri', '用 mri', '检', 'mri 检', '查', '检 查']);
});

test('hashed n-grams have unit length, or none where the reply only repeats the prompt', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (reply, prompt) => {
      const vector = hashedGrams(reply, prompt);
      const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
      expect(length === 0 || Math.abs(length - 1) < 1e-9).toBe(true);
    }),
  );
  expect(hashedGrams('write the note', 'please write the note now').every((value) => value === 0)).toBe(true);
});

test('what the database cannot hold is replaced, and nothing else is', () => {
  expect(storableText('a\0b\ud800c 好')).toBe('a\ufffdb\ufffdc 好');
});
