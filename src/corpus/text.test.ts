import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  comparableStem,
  comparableText,
  hasInvisible,
  hasPrivateUse,
  keptText,
  languageOf,
  textDefect,
} from './text.ts';

test('kept text is the source text but for line breaks, outer blanks and U+FEFF', () => {
  expect(keptText('\uFEFF a\r\nb\rc \u00A0\u{1F468}\u200D\u{1F469} \u{E1D8}（\u3000\u3000）\n')).toBe(
    'a\nb\nc \u00A0\u{1F468}\u200D\u{1F469} \u{E1D8}（\u3000\u3000）',
  );
});

test('keeping a text twice changes nothing more', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => keptText(keptText(text)) === keptText(text)));
});

test('comparing a comparable text again changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const once = comparableText(text);
      expect(comparableText(once)).toBe(once);
    }),
  );
});

test('blanks, full-width forms, soft hyphens, zero-width characters and kinds of blanks to fill in make no difference', () => {
  const forms = [
    '急性心梗首选药物是（　　）。',
    '急性心梗首选药物是( ) 。',
    '急性\u200B心梗 首选药物是（）',
    '急性心梗首选药物是____。',
  ];
  expect(new Set(forms.map(comparableStem)).size).toBe(1);
  expect(comparableText('anti\u00ADbiotic\u00A0 ＡＢＣ\uFEFF')).toBe('antibiotic ABC');
});

test('capitals, super- and subscripts stay apart, because they change the meaning', () => {
  expect(comparableText('AA')).not.toBe(comparableText('aa'));
  expect(comparableText('10⁵')).not.toBe(comparableText('105'));
  expect(comparableText('CO₂')).not.toBe(comparableText('CO2'));
});

test('the language of a text is told by its scripts', () => {
  expect(
    [
      'Which drug is first?',
      '首选药物是哪一种（ACEI）？',
      'どの薬を選びますか',
      'Какой препарат',
      '25 mg',
      '1 + 1',
    ].map(languageOf),
  ).toEqual(['en', 'zh', 'other', 'other', 'en', 'en']);
});

test('text that a database or UTF-8 cannot hold is named', () => {
  expect(textDefect('a\u0000b')).toMatch('U+0000');
  expect(textDefect('a\uD800b')).toMatch('surrogate');
  expect(textDefect('\u{1F468}\u200D\u{1F469} ok')).toBeUndefined();
});

test('private-use and invisible characters are noticed, joined emoji are not', () => {
  expect(
    ['\u{E1D8}', 'a\u200Bb', '\u{1F468}\u200D\u{1F469}', 'plain'].map((t) => [hasPrivateUse(t), hasInvisible(t)]),
  ).toEqual([
    [true, false],
    [false, true],
    [false, false],
    [false, false],
  ]);
});
