import { expect, test } from 'vitest';
import { canonicalBytes } from '../../core/canonical-json.ts';
import { sha256Hex } from '../../core/hash.ts';
import { utf8 } from '../bytes.ts';
import { decodeStatement, encodeStatement, predicateTypes, type Statement } from './statement.ts';

const digest = { sha256: sha256Hex('trace') };
const statement: Statement = {
  subject: [{ name: 'trace', digest }],
  predicateType: predicateTypes.review,
  predicate: { verdict: 'accept', scores: [{ item: 'correctness', points: 5 }] },
};

test('a statement is the in-toto v1 object in canonical JSON, and is read back', () => {
  const bytes = encodeStatement(statement);
  expect(JSON.parse(Buffer.from(bytes).toString())).toEqual({ _type: 'https://in-toto.io/Statement/v1', ...statement });
  expect(Buffer.from(bytes)).toEqual(Buffer.from(canonicalBytes(JSON.parse(Buffer.from(bytes).toString()))));
  expect(decodeStatement(bytes)).toEqual(statement);
});

test('every predicate type of this project has its own URI', () => {
  const types = Object.values(predicateTypes);
  expect(new Set(types).size).toBe(types.length);
  for (const type of types) expect(type).toMatch(/^https:\/\/safemed-r1\.org\/cts\/v1\/[a-z-]+\/v1$/);
});

test.each([
  ['no subject', { ...statement, subject: [] }],
  [
    'a digest in upper case',
    { ...statement, subject: [{ name: 'x', digest: { sha256: digest.sha256.toUpperCase() } }] },
  ],
  ['a digest of another length', { ...statement, subject: [{ name: 'x', digest: { sha256: 'ab' } }] }],
  ['a predicate type that is no URI', { ...statement, predicateType: 'review' }],
])('a statement with %s is neither written nor read', (_name, bad) => {
  expect(() => encodeStatement(bad)).toThrow('Cannot write a statement');
  const wire = canonicalBytes({ _type: 'https://in-toto.io/Statement/v1', ...bad });
  expect(() => decodeStatement(wire)).toThrow(expect.objectContaining({ code: 'check_failed' }));
});

test.each([
  ['another version', { _type: 'https://in-toto.io/Statement/v0.1', ...statement }],
  ['no digest', { _type: 'https://in-toto.io/Statement/v1', ...statement, subject: [{ name: 'x' }] }],
  ['a predicate that is a list', { _type: 'https://in-toto.io/Statement/v1', ...statement, predicate: [] }],
  ['nothing but a string', 'statement'],
])('%s is not read as a statement', (_name, wire) => {
  expect(() => decodeStatement(canonicalBytes(wire))).toThrow('Not an in-toto statement');
});

test('a field given twice is refused', () => {
  const text = Buffer.from(encodeStatement(statement))
    .toString()
    .replace('"predicateType"', '"_type":"x","predicateType"');
  expect(() => decodeStatement(utf8(text))).toThrow('twice');
});
