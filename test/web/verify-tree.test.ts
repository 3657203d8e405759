import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTilePath } from '../../src/ledger/tiles/path.ts';
import { encodeHashTile } from '../../src/ledger/tiles/tiles.ts';
import {
  consistencyProof as ourConsistencyProof,
  inclusionProof as ourInclusionProof,
} from '../../src/ledger/tree/proof.ts';
import { leafHash as ourLeafHash, rootOfList } from '../../src/ledger/tree/tree.ts';
import { type Bytes, toHex } from '../../web/verify/bytes.ts';
import type { Head } from '../../web/verify/checkpoint.ts';
import { VerifyError } from '../../web/verify/fault.ts';
import { leafHash } from '../../web/verify/hash.ts';
import { type ReadTile, verifiedNodes } from '../../web/verify/tiles.ts';
import { consistencyProof, inclusionProof, provesConsistency, provesInclusion } from '../../web/verify/tree.ts';
import { vectors } from './vectors.ts';

const most = 600;
const leaves = Array.from({ length: most }, (_, i) => plain(ourLeafHash(Buffer.from(String(i)))));

function plain(bytes: Uint8Array): Bytes {
  return new Uint8Array(bytes);
}

function headOf(size: number): Head {
  return { size, root: plain(rootOfList(leaves.slice(0, size))) };
}

/** The tiles of the first `size` leaves as a server hands them out; `change` may falsify one. */
function tilesOf(size: number, change: (path: string, bytes: Bytes) => Bytes = (_, bytes) => bytes): ReadTile {
  return async (path) => {
    const tile = parseTilePath(path);
    if (tile === undefined || typeof tile.level !== 'number') return undefined;
    const span = 256 ** tile.level;
    const hashes = Array.from({ length: tile.width }, (_, i) => {
      const from = (tile.index * 256 + i) * span;
      return from + span <= size ? rootOfList(leaves.slice(from, from + span)) : undefined;
    });
    if (hashes.includes(undefined)) return undefined;
    return change(path, plain(encodeHashTile(hashes as Uint8Array[]))); // none is undefined
  };
}

const hex = (proof: readonly Uint8Array[]): string[] => proof.map(toHex);

test('for every size from 1 to 600 the proofs made from tiles are those of the log, and prove', async () => {
  for (let size = 1; size <= most; size++) {
    const head = headOf(size);
    const nodes = verifiedNodes(tilesOf(size), head);
    for (const index of new Set([0, size - 1, (size * 7919) % size, (size * 31 + 17) % size])) {
      const proof = await inclusionProof(nodes, index, size);
      expect(hex(proof)).toEqual(hex(ourInclusionProof(index, leaves.slice(0, size))));
      expect(await provesInclusion(leaves[index]!, index, head, proof)).toBe(true);
    }
    const from = (size * 101) % (size + 1);
    const proof = await consistencyProof(nodes, from, size);
    expect(hex(proof)).toEqual(hex(ourConsistencyProof(from, leaves.slice(0, size))));
    expect(await provesConsistency(headOf(from), head, proof)).toBe(true);
  }
});

test('one changed byte of any tile that is read makes the reading fail', async () => {
  const places = fc.record({ size: fc.integer({ min: 2, max: most }), leaf: fc.nat(), byte: fc.nat(), bit: fc.nat(7) });
  await fc.assert(
    fc.asyncProperty(places, fc.constantFrom('tile/0/', 'tile/1/'), async ({ size, leaf, byte, bit }, level) => {
      const index = leaf % size;
      let changed = false;
      const read = tilesOf(size, (path, bytes) => {
        if (!path.startsWith(level)) return bytes;
        const at = byte % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        changed = true;
        return bytes;
      });
      const nodes = verifiedNodes(read, headOf(size));
      const outcome = await inclusionProof(nodes, index, size).catch((error: unknown) => error);
      if (changed) expect(outcome).toBeInstanceOf(VerifyError);
      else expect(outcome).toBeInstanceOf(Array);
    }),
    { numRuns: 60 },
  );
});

test('another leaf, another place or a changed proof proves nothing', async () => {
  const cases = fc.record({ size: fc.integer({ min: 2, max: most }), leaf: fc.nat(), byte: fc.nat() });
  await fc.assert(
    fc.asyncProperty(cases, async ({ size, leaf, byte }) => {
      const head = headOf(size);
      const index = leaf % size;
      const own = leaves[index]!;
      const proof = ourInclusionProof(index, leaves.slice(0, size)).map(plain);
      expect(await provesInclusion(own, index, head, proof)).toBe(true);
      expect(await provesInclusion(leaves[(index + 1) % size]!, index, head, proof)).toBe(false);
      expect(await provesInclusion(own, (index + 1) % size, head, proof)).toBe(false);
      expect(await provesInclusion(own, index, head, proof.slice(1))).toBe(false);
      expect(await provesInclusion(own, index, head, [...proof, own])).toBe(false);
      const at = byte % proof.length;
      proof[at]![byte % 32]! ^= 1;
      expect(await provesInclusion(own, index, head, proof)).toBe(false);
    }),
    { numRuns: 60 },
  );
});

test('a log whose past was changed is not consistent with the head seen before', async () => {
  const older = headOf(300);
  const forged = plain(rootOfList([...leaves.slice(0, 299), leaves[0]!]));
  const nodes = verifiedNodes(tilesOf(most), headOf(most));
  const proof = await consistencyProof(nodes, 300, most);
  expect(await provesConsistency(older, headOf(most), proof)).toBe(true);
  expect(await provesConsistency({ size: 300, root: forged }, headOf(most), proof)).toBe(false);
  expect(await provesConsistency(older, headOf(most), proof.slice(1))).toBe(false);
  expect(await provesConsistency(headOf(most), older, [])).toBe(false);
});

test('a log that has filled a tile since is read from the full tile', async () => {
  const read: ReadTile = (path) => (path.includes('.p/') ? Promise.resolve(undefined) : tilesOf(most)(path));
  const nodes = verifiedNodes(read, headOf(200));
  expect(hex(await inclusionProof(nodes, 7, 200))).toEqual(hex(ourInclusionProof(7, leaves.slice(0, 200))));
  const missing = verifiedNodes(async () => undefined, headOf(200));
  await expect(inclusionProof(missing, 7, 200)).rejects.toThrow('tile-missing');
});

test('the published vectors of RFC 6962 proofs hold', async () => {
  type Proofs = { leavesHex: string[]; cases: { kind: string; input: Input; expected: Record<string, never> }[] };
  type Input = { leafIndex: number; treeSize: number; oldSize?: number; newSize?: number };
  const { leavesHex, cases } = vectors<Proofs>('rfc6962-proofs');
  const data = await Promise.all(leavesHex.map((one) => leafHash(Buffer.from(one, 'hex'))));
  const hashes = (list: unknown): Bytes[] => (list as string[]).map((one) => plain(Buffer.from(one, 'hex')));
  const inclusions = cases.filter((one) => one.kind === 'inclusion');
  expect(inclusions.length).toBeGreaterThan(0);
  for (const { input, expected } of inclusions) {
    const head = { size: input.treeSize, root: plain(Buffer.from(String(expected.rootHex), 'hex')) };
    const proof = hashes(expected.proofHex);
    expect(toHex(data[input.leafIndex]!)).toBe(expected.leafHashHex);
    expect(await provesInclusion(data[input.leafIndex]!, input.leafIndex, head, proof)).toBe(true);
  }
});
