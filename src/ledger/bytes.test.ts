import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64, toBase64, toHex } from './bytes.ts';

test('bytes come back from their base64 unchanged', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(toHex(fromBase64(toBase64(bytes)) ?? new Uint8Array(1))).toBe(toHex(bytes));
    }),
  );
});

const nearly = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_ \n\téα'),
  maxLength: 24,
});

test('text is base64 only in the one spelling that encoding its bytes gives', () => {
  const check = (text: string): void => {
    const canonical = Buffer.from(text, 'base64').toString('base64') === text;
    expect([text, fromBase64(text) !== undefined]).toEqual([text, canonical]);
  };
  for (const text of [
    '',
    '=',
    '==',
    'QQ==',
    'QR==',
    'QQ=',
    'QQ',
    'QUI=',
    'QUJ=',
    'Q===',
    'QQ==QQ==',
    'ab=c',
    '+/+/',
    '-_-_',
  ])
    check(text);
  fc.assert(fc.property(nearly, check), { numRuns: 3000 });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), nearly, (bytes, at, other) => {
      const text = toBase64(bytes);
      const place = at % text.length;
      check(`${text.slice(0, place)}${other.slice(0, 1)}${text.slice(place + 1)}`);
    }),
    { numRuns: 3000 },
  );
});
