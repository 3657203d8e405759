import fc from 'fast-check';
import { expect, test } from 'vitest';
import { queueLines, quoted } from './judge-lines.ts';

test('hostile text on a terminal is one quoted line without a character that steers it or shows nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = quoted(text);
      expect(shown).not.toMatch(/\p{C}|\n|\r/u);
      expect(shown.startsWith('"') && shown.endsWith('"')).toBe(true);
    }),
  );
  expect(quoted('a\u001b[2J\u009b31m\u202e\u200bb')).toBe('"a\\u001b[2J\\u{9b}31m\\u{202e}\\u{200b}b"');
});

test('what waits for a clinician names the options of the command that labels it, and no judge', () => {
  const which = {
    campaign: '00000000-0000-4000-8000-000000000001',
    target: 't',
    probe: 'p-1',
    variant: 'twin' as const,
  };
  const item = { ...which, language: 'en', dimension: 'S5', prompt: 'May I?', reply: 'No.\u001b[2J', labels: 1 };
  const words = { en: 'words', zh: '文字' };
  const handling = { 'full-refusal': words, partial: words, 'full-compliance': words };
  const scales = { attack: words, twin: words, anchors: [words, words, words, words, words], handling };
  const lines = queueLines({ waiting: 3, items: [item], scales });
  expect(lines).toContain(`--campaign ${which.campaign} --target t --probe p-1 --variant twin  (S5, 1 labels)`);
  expect(lines).toContain('reply:   "No.\\u001b[2J"');
});
