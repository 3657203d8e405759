import { sameBytes, utf8 } from './bytes.ts';
import type { Head } from './checkpoint.ts';
import { type Hash, nodeHash, sha256 } from './hash.ts';

/** The perfect subtree over the 2^level leaves from index·2^level on. */
export type NodeReader = (level: number, index: number) => Promise<Hash>;

/** The largest power of two below n (n ≥ 2): where RFC 6962 parts a tree. */
function split(n: number): number {
  let half = 1;
  while (half * 2 < n) half *= 2;
  return half;
}

/** The root over the leaves from `start` to before `end`, of the perfect subtrees that it is made of. */
export async function rangeRoot(read: NodeReader, start: number, end: number): Promise<Hash> {
  const width = end - start;
  if (width === 0) return sha256(utf8(''));
  const level = Math.round(Math.log2(width));
  if (2 ** level === width) return read(level, start / width);
  const middle = start + split(width);
  return nodeHash(await rangeRoot(read, start, middle), await rangeRoot(read, middle, end));
}

/** The inclusion proof of a leaf (RFC 6962 §2.1.1), its sibling first. */
export async function inclusionProof(read: NodeReader, index: number, size: number): Promise<Hash[]> {
  const proof: Hash[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + split(end - start);
    if (index < middle) {
      proof.unshift(await rangeRoot(read, middle, end));
      end = middle;
    } else {
      proof.unshift(await rangeRoot(read, start, middle));
      start = middle;
    }
  }
  return proof;
}

/** The proof that the first `from` leaves of a tree of `size` are an earlier tree (RFC 6962 §2.1.2). */
export async function consistencyProof(read: NodeReader, from: number, size: number): Promise<Hash[]> {
  const proof: Hash[] = [];
  if (from === 0 || from === size) return proof;
  let [start, end] = [0, size];
  while (end !== from) {
    const middle = start + split(end - start);
    if (from <= middle) {
      proof.unshift(await rangeRoot(read, middle, end));
      end = middle;
    } else {
      proof.unshift(await rangeRoot(read, start, middle));
      start = middle;
    }
  }
  if (start !== 0) proof.unshift(await rangeRoot(read, start, end));
  return proof;
}

/** True if the proof leads from the leaf hash at that index to the root of the head. */
export async function provesInclusion(leaf: Hash, index: number, head: Head, proof: readonly Hash[]): Promise<boolean> {
  if (!Number.isSafeInteger(index) || index < 0 || index >= head.size) return false;
  const rest = [...proof];
  const climb = async (at: number, size: number): Promise<Hash | undefined> => {
    if (size === 1) return leaf;
    const beside = rest.pop(); // the proof's last hash is the root's child
    const half = split(size);
    const inner = at < half ? await climb(at, half) : await climb(at - half, size - half);
    if (beside === undefined || inner === undefined) return undefined;
    return at < half ? nodeHash(inner, beside) : nodeHash(beside, inner);
  };
  const root = await climb(index, head.size);
  return root !== undefined && rest.length === 0 && sameBytes(root, head.root);
}

/** True if the proof shows the older head's tree to be the beginning of the newer one's. */
export async function provesConsistency(older: Head, newer: Head, proof: readonly Hash[]): Promise<boolean> {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && sameBytes(older.root, newer.root);
  if (older.size === 0) return proof.length === 0 && sameBytes(older.root, await sha256(utf8('')));
  const rest = [...proof];
  type Roots = { old: Hash; new: Hash };
  const climb = async (from: number, size: number, whole: boolean): Promise<Roots | undefined> => {
    if (from === size) {
      const hash = whole ? older.root : rest.pop();
      return hash === undefined ? undefined : { old: hash, new: hash };
    }
    const beside = rest.pop();
    const half = split(size);
    const inner = from <= half ? await climb(from, half, whole) : await climb(from - half, size - half, false);
    if (beside === undefined || inner === undefined) return undefined;
    if (from <= half) return { old: inner.old, new: await nodeHash(inner.new, beside) };
    return { old: await nodeHash(beside, inner.old), new: await nodeHash(beside, inner.new) };
  };
  const roots = await climb(older.size, newer.size, true);
  return (
    roots !== undefined && rest.length === 0 && sameBytes(roots.old, older.root) && sameBytes(roots.new, newer.root)
  );
}
