import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wordDiff } from '../../web/ui/word-diff.ts';

const marked = (before: string, after: string, language: string): string =>
  wordDiff(before, after, language)
    .map(({ kind, text }) => (kind === 'same' ? text : kind === 'del' ? `[-${text}-]` : `{+${text}+}`))
    .join('');

test('an English edit shows the words that changed and no others', () => {
  expect(marked('Give 500 mg twice daily.', 'Give 250 mg twice daily.', 'en')).toBe(
    'Give [-500-]{+250+} mg twice daily.',
  );
});

test('a changed English word is shown whole, not by letters', () => {
  expect(marked('Stop metformin now', 'Stop metoprolol now', 'en')).toBe('Stop [-metformin-]{+metoprolol+} now');
});

test('neighbouring changed words are one change', () => {
  expect(marked('take it after meals', 'take it before breakfast', 'en')).toBe(
    'take it [-after meals-]{+before breakfast+}',
  );
});

test('a Chinese edit of two characters shows only these two', () => {
  expect(marked('患者应每日口服两次，饭后服用。', '患者应每日口服三次，饭前服用。', 'zh')).toBe(
    '患者应每日口服[-两-]{+三+}次，饭[-后-]{+前+}服用。',
  );
});

test('equal texts show no change, and an empty side shows the other whole', () => {
  expect(wordDiff('Same text.', 'Same text.', 'en')).toEqual([{ kind: 'same', text: 'Same text.' }]);
  expect(wordDiff('', 'New step.', 'en')).toEqual([{ kind: 'ins', text: 'New step.' }]);
  expect(wordDiff('Old step.', '', 'en')).toEqual([{ kind: 'del', text: 'Old step.' }]);
});

test('what stayed and went is the text before; what stayed and came is the text after', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc
      .array(fc.constantFrom('dose', ' ', '剂量', '两', '次', ', ', '5 mg', '\u202e'), { maxLength: 12 })
      .map((all) => all.join('')),
  );
  fc.assert(
    fc.property(text, text, fc.constantFrom('en', 'zh'), (before, after, language) => {
      const parts = wordDiff(before, after, language);
      const side = (other: string): string =>
        parts
          .filter((part) => part.kind !== other)
          .map((part) => part.text)
          .join('');
      expect(side('ins')).toBe(before);
      expect(side('del')).toBe(after);
    }),
  );
});

test('two very long texts without a common word are answered at once', () => {
  const long = (word: string): string => Array.from({ length: 6_000 }, (_, i) => `${word}${i}`).join(' ');
  expect(wordDiff(long('a'), long('b'), 'en').map((part) => part.kind)).toEqual(['del', 'ins']);
});
