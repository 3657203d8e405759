import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalBytes, canonicalJson, parseStrictJson } from './canonical-json.ts';
import { sha256Hex } from './hash.ts';

type Vectors = {
  cases: { id: string; input: { json: string }; expected: { canonical: string; sha256: string } }[];
  mustReject: { id: string; input: { json?: string } }[];
};
const vectors = JSON.parse(readFileSync('docs/spec/vectors/jcs.json', 'utf8')) as Vectors;

describe('RFC 8785 vectors', () => {
  test.each(vectors.cases)('canonical form of $id', ({ input, expected }) => {
    const value = parseStrictJson(input.json);
    expect(canonicalJson(value)).toBe(expected.canonical);
    expect(sha256Hex(canonicalBytes(value))).toBe(expected.sha256);
  });

  test.each(vectors.mustReject.filter((one) => one.input.json !== undefined))('refuses $id', ({ input }) => {
    expect(() => parseStrictJson(input.json ?? '')).toThrow(/Not acceptable JSON/);
  });
});

test.each([
  ['NaN', Number.NaN],
  ['an infinity', { a: [1, Number.NEGATIVE_INFINITY] }],
  ['undefined', undefined],
  ['an undefined member', { a: undefined }],
  ['a hole in an array', new Array(2)],
  ['a lone high surrogate', ['\ud800']],
  ['a lone low surrogate in a key', { '\udc00': 1 }],
  ['a date', { at: new Date(0) }],
  ['a map', new Map()],
  ['a big integer', 1n],
  ['a function', () => 1],
])('refuses to write %s', (_name, value) => {
  expect(() => canonicalJson(value)).toThrow(/JSON cannot hold/);
});

test('says where the value that cannot be written is', () => {
  expect(() => canonicalJson({ scores: [{ points: 1 }, { points: Number.NaN }] })).toThrow('"scores.1.points"');
});

test('a cycle is refused, not followed for ever', () => {
  const loop: { self?: unknown } = {};
  loop.self = loop;
  expect(() => canonicalJson(loop)).toThrow('nesting deeper than 1000');
});

test.each([
  ['the same name twice', '{"a":1,"a":2}', '"a" twice'],
  ['a name repeated through an escape', '{"a":1,"\\u0061":2}', '"a" twice'],
  ['a repeat inside nested containers', '[{"x":{"k":1,"l":[{}],"k":2}}]', '"k" twice'],
  ['a repeat after a nested object', '{"k":{"a":1},"b":[1,{"k":2}],"k":3}', '"k" twice'],
  ['a repeated __proto__', '{"__proto__":1,"__proto__":2}', '"__proto__" twice'],
  ['a lone surrogate written raw', '"\ud800"', 'lone surrogate'],
  ['a high surrogate before another escape', '"\\ud83d\\u0041"', 'lone surrogate'],
  ['surrogates in the wrong order', '["\\ude02\\ud83d"]', 'lone surrogate'],
  ['a number beyond a double', '[1e400]', 'too large'],
  ['very deep nesting', '['.repeat(1001) + ']'.repeat(1001), 'nesting deeper'],
])('refuses %s', (_name, text, message) => {
  expect(() => parseStrictJson(text)).toThrow(message);
});

test.each(['', '{', '{"a":1,}', "{'a':1}", '01', '"\t"', '\ufeff{}', '[1] 2', 'NaN'])(
  'refuses %j as not JSON',
  (text) => {
    expect(() => parseStrictJson(text)).toThrow('Not JSON');
  },
);

test.each([
  '{"a":{"a":{"a":1}}}',
  '[{"a":1},{"a":2}]',
  '{"a":"a","b":"a"}',
  '{"a\\"":1,"a":2}',
  '"\\ud83d\\ude02"',
  '{"\\\\":1}',
])('accepts %s', (text) => {
  expect(parseStrictJson(text)).toEqual(JSON.parse(text));
});

const wellFormed = fc.string({ unit: 'binary' });
const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 });

test('agrees with JSON.parse on every valid text, however it is spaced', () => {
  fc.assert(
    fc.property(json, fc.constantFrom(0, 1, 2, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parseStrictJson(text)).toEqual(JSON.parse(text));
    }),
    { numRuns: 500 },
  );
});

test('accepts exactly what JSON.parse accepts, on texts damaged by one character', () => {
  fc.assert(
    fc.property(
      json,
      fc.nat(),
      fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', '0', 'e', ' '),
      (value, at, mark) => {
        const text = JSON.stringify(value);
        const damaged = text.slice(0, at % text.length) + mark + text.slice((at % text.length) + 1);
        const strict = outcome(() => parseStrictJson(damaged));
        if (strict.failed?.includes('Not acceptable JSON')) return;
        expect(strict.failed === undefined).toBe(outcome(() => JSON.parse(damaged)).failed === undefined);
      },
    ),
    { numRuns: 1000 },
  );
});

function outcome(run: () => unknown): { failed?: string } {
  try {
    run();
    return {};
  } catch (error) {
    return { failed: String(error) };
  }
}

test('a repeated name is found wherever it stands', () => {
  fc.assert(
    fc.property(fc.uniqueArray(wellFormed, { minLength: 1, maxLength: 8 }), fc.nat(), json, (names, pick, value) => {
      const repeated = names[pick % names.length] ?? '';
      const member = (name: string) => `${JSON.stringify(name)}:${JSON.stringify(value)}`;
      expect(() => parseStrictJson(`{${names.map(member).join(',')}}`)).not.toThrow();
      expect(() => parseStrictJson(`{${[...names, repeated].map(member).join(',')}}`)).toThrow('twice');
    }),
  );
});

test('the canonical form is a fixed point and keeps the value', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(parseStrictJson(text))).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 500 },
  );
});
