import { sameBytes } from '../bytes.ts';
import { emptyRoot, foldPeaks, type Hash, nodeHash, rootOfList } from './tree.ts';

/** A perfect subtree: the 2^level leaves from index·2^level on. */
export type Node = { readonly level: number; readonly index: number };

/** The perfect subtrees, largest first, of the leaves [start, end); start as RFC 6962 splits leave it. */
export function coverNodes(start: number, end: number): Node[] {
  const nodes: Node[] = [];
  for (let at = start; at < end; ) {
    let level = 0;
    let width = 1;
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      level++;
      width *= 2;
    }
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}

/** For each hash of the inclusion proof (RFC 6962 §2.1.1, leaf sibling first), the nodes whose fold it is. */
export function inclusionPlan(index: number, size: number): Node[][] {
  const plan: Node[][] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + split(end - start);
    if (index < middle) {
      plan.push(coverNodes(middle, end));
      end = middle;
    } else {
      plan.push(coverNodes(start, middle));
      start = middle;
    }
  }
  return plan.reverse();
}

/** For each hash of the consistency proof (RFC 6962 §2.1.2), the nodes whose fold it is; none from size 0 or to itself. */
export function consistencyPlan(oldSize: number, newSize: number): Node[][] {
  const plan: Node[][] = [];
  if (oldSize === 0) return plan;
  let [start, end] = [0, newSize];
  while (end !== oldSize) {
    const middle = start + split(end - start);
    if (oldSize <= middle) {
      plan.push(coverNodes(middle, end));
      end = middle;
    } else {
      plan.push(coverNodes(start, middle));
      start = middle;
    }
  }
  if (start !== 0) plan.push(coverNodes(start, end));
  return plan.reverse();
}

/** The inclusion proof of one leaf of a list of leaf hashes; 0 ≤ index < list length. */
export function inclusionProof(index: number, leafHashes: readonly Hash[]): Hash[] {
  return inclusionPlan(index, leafHashes.length).map((nodes) => foldNodes(nodes, leafHashes));
}

/** The proof that the tree over the first `oldSize` leaf hashes is a prefix of the tree over all of them. */
export function consistencyProof(oldSize: number, leafHashes: readonly Hash[]): Hash[] {
  return consistencyPlan(oldSize, leafHashes.length).map((nodes) => foldNodes(nodes, leafHashes));
}

function foldNodes(nodes: readonly Node[], leafHashes: readonly Hash[]): Hash {
  const roots = nodes.map(({ level, index }) => {
    const width = 2 ** level;
    return rootOfList(leafHashes.slice(index * width, (index + 1) * width));
  });
  return foldPeaks(roots);
}

/** The largest power of two below n (n ≥ 2). */
function split(n: number): number {
  let half = 1;
  while (half * 2 < n) half *= 2;
  return half;
}

export type InclusionClaim = { index: number; size: number; leaf: Hash; root: Hash; proof: readonly Hash[] };

/** True if the leaf hash stands at the index in the tree of that size and root (RFC 9162 §2.1.3.2). */
export function verifyInclusion({ index, size, leaf, root, proof }: InclusionClaim): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || !areHashes(leaf, root, ...proof)) return false;
  let position = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      hash = nodeHash(sibling, hash);
      while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [position, last] = [half(position), half(last)];
  }
  return last === 0 && sameBytes(hash, root);
}

export type ConsistencyClaim = {
  oldSize: number;
  newSize: number;
  oldRoot: Hash;
  newRoot: Hash;
  proof: readonly Hash[];
};

/** True if the old tree is a prefix of the new one (RFC 9162 §2.1.4.2); from size 0 and to itself the proof is empty. */
export function verifyConsistency({ oldSize, newSize, oldRoot, newRoot, proof }: ConsistencyClaim): boolean {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize) return false;
  if (oldSize === newSize && !sameBytes(oldRoot, newRoot)) return false;
  if (oldSize !== newSize && !areHashes(oldRoot, newRoot, ...proof)) return false;
  if (oldSize === 0) return proof.length === 0 && sameBytes(oldRoot, emptyRoot());
  if (oldSize === newSize) return proof.length === 0;
  let position = oldSize - 1;
  let last = newSize - 1;
  while (position % 2 === 1) [position, last] = [half(position), half(last)];
  const [first, ...rest] = position === 0 ? [oldRoot, ...proof] : proof; // a perfect old tree is itself the first node
  if (first === undefined || proof.length === 0) return false;
  let oldHash = first;
  let newHash = first;
  for (const node of rest) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      oldHash = nodeHash(node, oldHash);
      newHash = nodeHash(node, newHash);
      while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)];
    } else {
      newHash = nodeHash(newHash, node);
    }
    [position, last] = [half(position), half(last)];
  }
  return last === 0 && sameBytes(oldHash, oldRoot) && sameBytes(newHash, newRoot);
}

function half(n: number): number {
  return Math.floor(n / 2);
}

function isSize(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

function areHashes(...hashes: readonly Hash[]): boolean {
  return hashes.every((hash) => hash.length === 32);
}
