import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseStrictJson } from '../../core/canonical-json.ts';
import { toBase64, toHex, utf8 } from '../bytes.ts';
import { eventTypes, isEventType } from '../event-types.ts';
import { leafHash } from '../tree/tree.ts';
import { commitmentTo, newSalt, opensCommitment } from './commitment.ts';
import { type ChainEnd, decodeLeaf, encodeLeaf, type Leaf, linkFault, linkLeaf } from './leaf.ts';
import { newExampleSubject, scopeSubject, systemScope } from './subject.ts';

const vectors = JSON.parse(readFileSync('docs/spec/vectors/commitment.json', 'utf8')) as {
  cases: { id: string; input: { saltHex: string; envelope: string }; expected: { commitmentHex: string } }[];
};

describe('commitment vectors', () => {
  test.each(vectors.cases)('$id', ({ input, expected }) => {
    const salt = Buffer.from(input.saltHex, 'hex');
    const commitment = commitmentTo(utf8(input.envelope), salt);
    expect(toHex(commitment)).toBe(expected.commitmentHex);
    expect(opensCommitment(commitment, utf8(input.envelope), salt)).toBe(true);
  });
});

test('a commitment opens with its own envelope and salt only', () => {
  const salt = newSalt();
  const commitment = commitmentTo(utf8('envelope'), salt);
  expect(opensCommitment(commitment, utf8('envelopf'), salt)).toBe(false);
  expect(opensCommitment(commitment, utf8('envelope'), newSalt())).toBe(false);
  expect(opensCommitment(commitment, utf8('envelope'), salt.subarray(1))).toBe(false);
  expect(opensCommitment(commitment, Buffer.concat([salt.subarray(31), utf8('envelope')]), salt.subarray(0, 31))).toBe(
    false,
  );
  expect(() => commitmentTo(utf8('envelope'), salt.subarray(1))).toThrow('32 bytes');
});

const subj = '0b7ad1c4-6d3f-4c1e-9a54-3e8f2a7b9c10';
const hash = leafHash(utf8('x'));
const first: Leaf = { type: 'review.signed', time: '2026-11-22T09:00:00.000Z', subj, seq: 0, cmt: hash };

test('a leaf is this text and no other', () => {
  expect(Buffer.from(encodeLeaf({ ...first, seq: 7, prev: leafHash(utf8('y')) })).toString()).toBe(
    `{"cmt":"${toBase64(hash)}","prev":"${toBase64(leafHash(utf8('y')))}","seq":7,"subj":"${subj}",` +
      '"time":"2026-11-22T09:00:00.000Z","type":"review.signed","v":"cts-leaf/1"}',
  );
});

const leaves = fc.record({
  type: fc.constantFrom(...eventTypes),
  time: fc
    .date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
    .map((d) => d.toISOString()),
  subj: fc.uuid({ version: [4, 8] }),
  seq: fc.maxSafeNat(),
  prev: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  cmt: fc.uint8Array({ minLength: 32, maxLength: 32 }),
});

test('every leaf is read back as it was written, is valid JSON and under 1,024 bytes', () => {
  fc.assert(
    fc.property(leaves, ({ prev, ...rest }) => {
      const leaf: Leaf = rest.seq === 0 ? rest : { ...rest, prev };
      const bytes = encodeLeaf(leaf);
      expect(decodeLeaf(bytes)).toEqual(leaf);
      expect(bytes.length).toBeLessThan(400);
      expect(parseStrictJson(Buffer.from(bytes).toString())).toMatchObject({ v: 'cts-leaf/1', seq: leaf.seq });
    }),
  );
});

test('every name of an event type is one a leaf can hold', () => {
  for (const type of eventTypes) expect(decodeLeaf(encodeLeaf({ ...first, type })).type).toBe(type);
  expect([isEventType('review.signed'), isEventType('review.hidden')]).toEqual([true, false]);
});

test.each([
  ['a time without milliseconds', { ...first, time: '2026-11-22T09:00:00Z' }],
  ['a time of another zone', { ...first, time: '2026-11-22T09:00:00.000+01:00' }],
  ['a day that does not exist', { ...first, time: '2026-02-30T09:00:00.000Z' }],
  ['a subject that is no UUID', { ...first, subj: 'patient 7' }],
  ['a UUID that encodes a time', { ...first, subj: '0b7ad1c4-6d3f-1c1e-9a54-3e8f2a7b9c10' }],
  ['an upper-case UUID', { ...first, subj: subj.toUpperCase() }],
  ['a fractional position', { ...first, seq: 0.5 }],
  ['a negative position', { ...first, seq: -1 }],
  ['a predecessor at position 0', { ...first, prev: hash }],
  ['no predecessor at position 1', { ...first, seq: 1 }],
  ['a short commitment', { ...first, cmt: hash.subarray(1) }],
  ['free text as its type', { ...first, type: 'reviewed by Dr Who' }],
  ['a type of no verb', { ...first, type: 'review' }],
])('%s is not logged', (_name, leaf) => {
  expect(() => encodeLeaf(leaf)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
});

const text = Buffer.from(encodeLeaf({ ...first, seq: 1, prev: hash })).toString();

test.each([
  ['a space', text.replace(',"prev"', ', "prev"')],
  ['a field more', text.replace('{"cmt"', '{"a":1,"cmt"')],
  ['a field twice', text.replace('"v":', '"type":"review.signed","v":')],
  ['another order', text.replace(/^\{(.*),("v":"[^"]*")\}$/, '{$2,$1}')],
  ['another version', text.replace('cts-leaf/1', 'cts-leaf/2')],
  ['a position with a leading zero', text.replace('"seq":1', '"seq":01')],
  ['a position beyond 2^53', text.replace('"seq":1', '"seq":9007199254740993')],
  [
    'stray bits in the base64',
    text.replace(/(.)=","prev"/, (_all, last: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}=","prev"`),
  ],
  ['an escape in place of a letter', text.replace('review', '\\u0072eview')],
  ['a newline behind it', `${text}\n`],
  ['more than 1,024 bytes', text + ' '.repeat(1024)],
])('a leaf with %s is refused', (_name, changed) => {
  expect(() => decodeLeaf(Buffer.from(changed))).toThrow('Not a cts-leaf/1 leaf');
});

test('a chain of linked leaves follows without fault, and any leaf left out, repeated or replaced shows', () => {
  const events = Array.from({ length: 6 }, (_, i) => ({ ...first, cmt: leafHash(utf8(String(i))) }));
  const chain: Leaf[] = [];
  const ends: (ChainEnd | undefined)[] = [undefined];
  for (const { type, time, subj: subject, cmt } of events) {
    const linked = linkLeaf({ type, time, subj: subject, cmt }, ends.at(-1));
    expect(toHex(linked.end.hash)).toBe(toHex(leafHash(linked.bytes)));
    chain.push(decodeLeaf(linked.bytes));
    ends.push(linked.end);
  }
  for (const [i, leaf] of chain.entries()) {
    for (const [j, end] of ends.entries()) {
      if (i === j) expect(linkFault(leaf, end)).toBeUndefined();
      else expect(linkFault(leaf, end)).toMatch(/stands where event/);
    }
  }
  const third = chain[2] ?? first;
  expect(linkFault(third, { seq: 1, hash: leafHash(utf8('another')) })).toMatch(/another predecessor/);
});

test('the chain of a scope is computed from the log name alone, and is never that of an example', () => {
  const system = scopeSubject('log.example/1', systemScope);
  expect(system).toBe(scopeSubject('log.example/1', 'system'));
  expect(system).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set([system, scopeSubject('log.example/2', 'system'), scopeSubject('log.example/1', 'other')]).size).toBe(
    3,
  );
  expect([system[14], newExampleSubject()[14]]).toEqual(['8', '4']);
  expect(() => encodeLeaf({ ...first, subj: system })).not.toThrow();
  expect(() => encodeLeaf({ ...first, subj: newExampleSubject() })).not.toThrow();
});
