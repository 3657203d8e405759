import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normaliseStyle } from './style.ts';

const words = { greetings: ['Dear', 'Hi', '您好'], closings: ['Best regards', 'Hope this helps', '此致'] };

test.each([
  ['Dear Dr Li,\n\nStop warfarin.\n', 'Stop warfarin.'],
  ['您好！\n\n停用华法林。\n此致\n敬礼', '停用华法林。'],
  ['# Plan\r\n\r\n\r\n\r\n* Check the **INR**\r\n•\u00a0Avoid `NSAIDs`', 'Plan\n\n- Check the INR\n- Avoid NSAIDs'],
  ['Take 2 * 500 mg * daily.', 'Take 2 * 500 mg * daily.'],
  ['Give *no* aspirin; 5*3 = 15.', 'Give no aspirin; 5*3 = 15.'],
  ['Stop it.\n\nBest regards,\nDr Who\nPGY2', 'Stop it.\n\nBest regards,\nDr Who\nPGY2'],
  ['Stop it.\n\nBest regards,\nDr Who', 'Stop it.'],
  ['Hi-dose aspirin is wrong here.', 'Hi-dose aspirin is wrong here.'],
  ['Dear Dr Li,', 'Dear Dr Li,'],
  [
    'Dear Dr Li, thank you; in short, the INR of 6 without bleeding needs no vitamin K by mouth.',
    'Dear Dr Li, thank you; in short, the INR of 6 without bleeding needs no vitamin K by mouth.',
  ],
  [
    'Hope this helps decide: give 10 mg vitamin K intravenously now, and repeat the INR.\nThen 5 mg.',
    'Hope this helps decide: give 10 mg vitamin K intravenously now, and repeat the INR.\nThen 5 mg.',
  ],
])('%j is shown as %j', (text, shown) => {
  expect(normaliseStyle(text, words)).toBe(shown);
});

test('no number is lost, and what is normalised stays as it is', () => {
  const line = fc.constantFrom(
    'Dear A,',
    '## Plan',
    '* 5 mg',
    '**10** mg',
    '- INR 2.5',
    'Best regards,',
    'Dr 7',
    '',
    'Give 20 mg.',
    '> 3',
  );
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
      const text = lines.join('\n');
      const once = normaliseStyle(text, words);
      const numbers = (one: string): string[] => one.match(/\d+(\.\d+)?/g) ?? [];
      expect(numbers(once)).toEqual(numbers(text));
    }),
  );
});
