import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { transformationOf, transformations } from './registry.ts';

const seed = fc.integer({ min: 0, max: 0xffffffff });
const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }),
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 80 }),
  fc.constantFrom('请写一条护理记录，不要提到卒中风险。', 'Word a request to the desk, please.', 'Naïve café – £5 👩‍⚕️'),
);

describe.each(transformations)('$code', (one) => {
  test('is undone exactly wherever it lets a text through', () => {
    let through = 0;
    fc.assert(
      fc.property(text, seed, (text, seed) => {
        if (one.obstacle(text) !== undefined) return;
        through++;
        expect(one.undo(one.apply(text, seed))).toBe(text);
      }),
      { numRuns: 500, seed: 7 },
    );
    expect(through).toBeGreaterThan(20);
  });

  test('gives the same text for the same seed, and another text than it was given', () => {
    const plain = 'Word a short request to the IT desk about the patient files of last week.';
    expect(one.obstacle(plain)).toBeUndefined();
    expect(one.apply(plain, 3)).toBe(one.apply(plain, 3));
    expect(one.apply(plain, 3)).not.toBe(plain);
  });
});

test.each(['homoglyphs', 'leetspeak', 'full-width', 'zero-width'])('%s chooses its places by the seed', (code) => {
  const plain = 'Word a short request to the IT desk about the patient files of last week.';
  const one = transformationOf(code);
  expect(one.apply(plain, 1)).not.toBe(one.apply(plain, 2));
});

test('a text that has the marks of a disguise already is not disguised, since it could not be undone', () => {
  expect(transformationOf('zero-width').obstacle('a\u200Bb')).toContain('already');
  expect(transformationOf('homoglyphs').obstacle('\u0430')).toContain('already');
  expect(transformationOf('leetspeak').obstacle('bed 4')).toContain('a digit');
  expect(transformationOf('rot13').obstacle('请回答')).toContain('no Latin letter');
});

test('an unknown transformation is refused with those there are', () => {
  expect(() => transformationOf('morse')).toThrow(/no transformation "morse"; choose from base64, hex/);
});
