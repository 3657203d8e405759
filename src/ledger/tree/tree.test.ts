import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../core/hash.ts';
import { toBase64, toHex, utf8 } from '../bytes.ts';
import {
  append,
  emptyRoot,
  emptyTree,
  type Hash,
  leafHash,
  nodeHash,
  restoreTree,
  rootOf,
  rootOfList,
  saveTree,
} from './tree.ts';

type Vectors = {
  cases: { id: string; input: { leavesHex: string[] }; expected: { rootHex: string; rootBase64: string } }[];
};
const vectors = JSON.parse(readFileSync('docs/spec/vectors/rfc6962-roots.json', 'utf8')) as Vectors;

test.each(vectors.cases)('RFC 6962 root of $id', ({ input, expected }) => {
  const root = rootOfList(input.leavesHex.map((hex) => leafHash(Buffer.from(hex, 'hex'))));
  expect(toHex(root)).toBe(expected.rootHex);
  expect(toBase64(root)).toBe(expected.rootBase64);
});

/** MTH of RFC 6962 §2.1, word for word. */
function treeHash(leaves: readonly Uint8Array[]): Hash {
  const [first] = leaves;
  if (first === undefined) return sha256('');
  if (leaves.length === 1) return sha256(Buffer.of(0), first);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha256(Buffer.of(1), treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)));
}

test('a tree grown leaf by leaf has the root of the definition at every size up to 600', () => {
  const tree = emptyTree();
  const leaves: Uint8Array[] = [];
  for (let size = 0; size <= 600; size++) {
    if (size < 70 || size % 37 === 0 || [255, 256, 257, 511, 512, 513].includes(size)) {
      expect(toHex(rootOf(tree))).toBe(toHex(treeHash(leaves)));
    }
    const leaf = utf8(`leaf ${size}`);
    leaves.push(leaf);
    append(tree, leafHash(leaf));
  }
});

test('a tree kept as JSON and restored goes on as if it had never stopped', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), (before, after) => {
      const hashes = Array.from({ length: before + after }, (_, i) => leafHash(utf8(String(i))));
      const tree = emptyTree();
      for (const hash of hashes.slice(0, before)) append(tree, hash);
      const restored = restoreTree(JSON.parse(JSON.stringify(saveTree(tree))));
      for (const hash of hashes.slice(before)) append(restored, hash);
      expect(restored.size).toBe(before + after);
      expect(toHex(rootOf(restored))).toBe(toHex(rootOfList(hashes)));
    }),
  );
});

test.each([
  ['too few peaks', { size: 3, peaks: [toBase64(emptyRoot())] }],
  ['a peak too many', { size: 2, peaks: [toBase64(emptyRoot()), toBase64(emptyRoot())] }],
  ['a short peak', { size: 1, peaks: ['AAAA'] }],
  ['a fraction of a leaf', { size: 0.5, peaks: [] }],
])('a kept tree with %s is refused', (_name, saved) => {
  expect(() => restoreTree(saved)).toThrow('damaged');
});

test('an earlier result is not changed by later hashing', () => {
  const first = nodeHash(leafHash(utf8('a')), leafHash(utf8('b')));
  const before = toHex(first);
  nodeHash(leafHash(utf8('c')), leafHash(utf8('d')));
  expect(toHex(first)).toBe(before);
});
