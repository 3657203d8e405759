import { expect, test } from 'vitest';
import { inertJson, inertText } from './inert-text.ts';

const hostile = 'a\u001b[31mred\u0000\u202etxt\u2066\u009b2J\ufeff\u200b\u{e0041}\r\nnext\rover\ttab 中文 é';

test('hidden characters become their code points, and the rest stays', () => {
  expect(inertText(hostile)).toBe(
    'a[U+001B][31mred[U+0000][U+202E]txt[U+2066][U+009B]2J[U+FEFF][U+200B][U+E0041]\nnext[U+000D]over\ttab 中文 é',
  );
  expect(inertText('\ud800')).toBe('\ufffd');
});

test('in JSON they are escapes, and a parser reads the same value', () => {
  const text = inertJson({ [hostile]: hostile });
  expect(JSON.parse(text)).toEqual({ [hostile]: hostile });
  expect(text).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
});
