import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex, utf8 } from '../bytes.ts';
import {
  consistencyProof,
  coverNodes,
  inclusionPlan,
  inclusionProof,
  verifyConsistency,
  verifyInclusion,
} from './proof.ts';
import { emptyRoot, type Hash, leafHash, nodeHash, rootOfList } from './tree.ts';

type Fields = {
  leafIndex: number;
  treeSize: number;
  leafHashHex: string;
  rootHex: string;
  oldSize: number;
  newSize: number;
  oldRootHex: string;
  newRootHex: string;
  proofHex: string[];
};
type Case = { id: string; kind: 'inclusion' | 'consistency'; input: Fields; expected: Fields };
const vectors = JSON.parse(readFileSync('docs/spec/vectors/rfc6962-proofs.json', 'utf8')) as {
  leavesHex: string[];
  cases: Case[];
  mustReject: Case[];
};
const hex = (text: string): Hash => Buffer.from(text, 'hex');
const leaves = vectors.leavesHex.map((leaf) => leafHash(hex(leaf)));

function verify(kind: Case['kind'], fields: Fields): boolean {
  const proof = fields.proofHex.map(hex);
  if (kind === 'inclusion') {
    const { leafIndex: index, treeSize: size } = fields;
    return verifyInclusion({ index, size, leaf: hex(fields.leafHashHex), root: hex(fields.rootHex), proof });
  }
  const { oldSize, newSize } = fields;
  return verifyConsistency({
    oldSize,
    newSize,
    oldRoot: hex(fields.oldRootHex),
    newRoot: hex(fields.newRootHex),
    proof,
  });
}

describe('RFC 6962 proof vectors', () => {
  test.each(vectors.cases)('$id is made and verified', ({ kind, input, expected }) => {
    const proof =
      kind === 'inclusion'
        ? inclusionProof(input.leafIndex, leaves.slice(0, input.treeSize))
        : consistencyProof(input.oldSize, leaves.slice(0, input.newSize));
    expect(proof.map(toHex)).toEqual(expected.proofHex);
    expect(verify(kind, { ...input, ...expected })).toBe(true);
  });

  test.each(vectors.mustReject)('rejects $id', ({ kind, input }) => {
    expect(verify(kind, input)).toBe(false);
  });
});

const many = Array.from({ length: 600 }, (_, i) => leafHash(utf8(`leaf ${i}`)));
const roots = new Map<number, Hash>();

function rootAt(size: number): Hash {
  const root = roots.get(size) ?? rootOfList(many.slice(0, size));
  roots.set(size, root);
  return root;
}

test('every leaf of every tree up to 40 leaves is provable, under its own index and hash only', () => {
  for (let size = 1; size <= 40; size++) {
    for (let index = 0; index < size; index++) {
      const claim = {
        index,
        size,
        leaf: many[index] as Hash,
        root: rootAt(size),
        proof: inclusionProof(index, many.slice(0, size)),
      };
      expect(verifyInclusion(claim)).toBe(true);
      for (let other = 0; other <= size; other++) {
        if (other !== index) expect(verifyInclusion({ ...claim, index: other })).toBe(false);
      }
      expect(verifyInclusion({ ...claim, leaf: many[size] as Hash })).toBe(false);
    }
  }
});

test('every tree up to 40 leaves is provably a prefix of every larger one, and of no other root', () => {
  for (let newSize = 0; newSize <= 40; newSize++) {
    for (let oldSize = 0; oldSize <= newSize; oldSize++) {
      const proof = consistencyProof(oldSize, many.slice(0, newSize));
      const claim = { oldSize, newSize, oldRoot: rootAt(oldSize), newRoot: rootAt(newSize), proof };
      expect(verifyConsistency(claim)).toBe(true);
      expect(verifyConsistency({ ...claim, oldRoot: rootAt(oldSize + 1) })).toBe(false);
      if (oldSize > 0) expect(verifyConsistency({ ...claim, newRoot: rootAt(newSize + 1) })).toBe(false);
      if (oldSize > 0) expect(verifyConsistency({ ...claim, newSize: newSize + 2 ** 20 })).toBe(false);
    }
  }
});

/** Proofs changed in one bit, cut, lengthened, or with two hashes exchanged. */
function mutations(proof: readonly Hash[], at: number, bit: number): Hash[][] {
  const flipped = proof.map((hash, i) => {
    const copy = new Uint8Array(hash);
    if (i === at % proof.length) copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return copy;
  });
  const exchanged = proof.map((hash, i) => (i < 2 ? (proof[1 - i] ?? hash) : hash));
  const lists = [
    [...proof, emptyRoot()],
    [emptyRoot(), ...proof],
  ];
  if (proof.length > 0) lists.push(flipped, proof.slice(1), proof.slice(0, -1));
  if (proof.length > 1) lists.push(exchanged);
  return lists;
}

test('any change to an inclusion proof makes it fail', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), fc.nat(), fc.nat(), fc.nat(255), (size, pick, at, bit) => {
      const index = pick % size;
      const proof = inclusionProof(index, many.slice(0, size));
      const claim = { index, size, leaf: many[index] as Hash, root: rootAt(size), proof };
      expect(verifyInclusion(claim)).toBe(true);
      for (const changed of mutations(proof, at, bit))
        expect(verifyInclusion({ ...claim, proof: changed })).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test('any change to a consistency proof makes it fail', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), fc.nat(), fc.nat(), fc.nat(255), (newSize, pick, at, bit) => {
      const oldSize = pick % (newSize + 1);
      const proof = consistencyProof(oldSize, many.slice(0, newSize));
      const claim = { oldSize, newSize, oldRoot: rootAt(oldSize), newRoot: rootAt(newSize), proof };
      expect(verifyConsistency(claim)).toBe(true);
      for (const changed of mutations(proof, at, bit))
        expect(verifyConsistency({ ...claim, proof: changed })).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test.each([
  [-1, 3],
  [0.5, 3],
  [0, 0],
  [3, 3],
  [0, Number.MAX_SAFE_INTEGER + 1],
])('index %d in a tree of size %d is never included', (index, size) => {
  expect(verifyInclusion({ index, size, leaf: leaves[0] as Hash, root: leaves[0] as Hash, proof: [] })).toBe(false);
});

test('hashes of another length than 32 bytes never verify', () => {
  const short = Buffer.alloc(31);
  expect(verifyInclusion({ index: 0, size: 1, leaf: short, root: short, proof: [] })).toBe(false);
  expect(verifyConsistency({ oldSize: 1, newSize: 2, oldRoot: short, newRoot: short, proof: [short] })).toBe(false);
});

test('proofs hold for trees far larger than 2^32 leaves', () => {
  // A tree of equal leaves: the root of every perfect subtree depends on its level only.
  const perfect: Hash[] = [leafHash(utf8('same'))];
  for (let level = 1; level <= 53; level++)
    perfect.push(nodeHash(perfect[level - 1] as Hash, perfect[level - 1] as Hash));
  const fold = (nodes: readonly { level: number }[]): Hash =>
    nodes.map(({ level }) => perfect[level] as Hash).reduceRight((right, left) => nodeHash(left, right));
  const size = 2 ** 52 + 2 ** 33 + 12345;
  for (const index of [0, 1, 2 ** 32, 2 ** 52 - 1, 2 ** 52, size - 1]) {
    const claim = {
      index,
      size,
      leaf: perfect[0] as Hash,
      root: fold(coverNodes(0, size)),
      proof: inclusionPlan(index, size).map(fold),
    };
    expect(verifyInclusion(claim)).toBe(true);
    expect(verifyInclusion({ ...claim, proof: claim.proof.with(-1, emptyRoot()) })).toBe(false);
    expect(verifyInclusion({ ...claim, index: size })).toBe(false);
  }
});
