import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerIdentity, questionIdentity } from './identity.ts';

const options = (...texts: string[]) => texts.map((text, at) => ({ label: 'ABCDEFGHIJ'[at] ?? 'A', text }));

test('identity is the stem and the set of options: order and letters of the options make no difference', () => {
  const words = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), words, fc.nat(), (text, texts, turn) => {
      const at = turn % texts.length;
      const turned = [...texts.slice(at), ...texts.slice(0, at)];
      expect(questionIdentity({ text, options: options(...turned) })).toBe(
        questionIdentity({ text, options: options(...texts) }),
      );
    }),
  );
});

test('one stem above different options is several questions', () => {
  const text = '错误的是';
  expect(questionIdentity({ text, options: options('甲', '乙') })).not.toBe(
    questionIdentity({ text, options: options('甲', '丙') }),
  );
});

test('a choice dropped or a letter case changed makes another question', () => {
  const full = { text: 'Which genotype?', options: options('AA', 'Aa', 'aa') };
  expect(questionIdentity({ ...full, options: options('AA', 'Aa') })).not.toBe(questionIdentity(full));
  expect(questionIdentity({ ...full, options: options('AA', 'Aa', 'AA') })).not.toBe(questionIdentity(full));
});

test('stem and options cannot be confused with each other', () => {
  expect(questionIdentity({ text: 'a', options: options('b', 'c') })).not.toBe(questionIdentity({ text: 'a b c' }));
});

test('identity does not change between versions of the program', () => {
  expect(questionIdentity({ text: '首选药物是（　　）。', options: options('甲', '乙') })).toBe(
    questionIdentity({ text: '首选药物是', options: options('乙 ', '\u00A0甲') }),
  );
  expect(questionIdentity({ text: 'How do I stop a drip?' })).toMatchInlineSnapshot(
    `"5b0c8e077f9f286d529fc0c099c07a9daeb606c288ec17d1bab349eda6493c75"`,
  );
});

test('answers are compared by the texts of the right options, not by their letters', () => {
  const a = answerIdentity({ options: options('x', 'y', 'z'), answer: ['C', 'A'] });
  const b = answerIdentity({ options: options('z', 'x', 'y'), answer: ['A', 'B'] });
  const c = answerIdentity({ options: options('x', 'y', 'z'), answer: ['B'] });
  expect(a).toBe(b);
  expect(a).not.toBe(c);
});

test('a question without an answer has no answer identity', () => {
  expect(answerIdentity({ options: options('x', 'y'), answer: [] })).toBeUndefined();
  expect(answerIdentity({ answer: [] })).toBeUndefined();
  expect(answerIdentity({ answer: [], reference: 'x' })).toBeDefined();
});
