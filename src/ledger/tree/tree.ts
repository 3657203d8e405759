import { AppError } from '../../core/error.ts';
import { sha256 } from '../../core/hash.ts';
import { asPlain, fromBase64, toBase64 } from '../bytes.ts';

/** 32 bytes of SHA-256. */
export type Hash = Uint8Array;

/** A growing tree: its size and the roots of its perfect subtrees, largest first (one per bit set in the size). */
export type Tree = { size: number; readonly peaks: Hash[] };

/** Hashing is synchronous, so one buffer serves every node. */
const nodeInput = Buffer.alloc(65, 1);

/** RFC 6962 §2.1: SHA-256(0x00 ‖ data). */
export function leafHash(data: Uint8Array): Hash {
  const input = Buffer.allocUnsafe(data.length + 1);
  input[0] = 0;
  input.set(data, 1);
  return asPlain(sha256(input));
}

/** RFC 6962 §2.1: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Hash, right: Hash): Hash {
  nodeInput.set(left, 1);
  nodeInput.set(right, 33);
  return asPlain(sha256(nodeInput));
}

/** The root of the empty tree: SHA-256 of nothing. */
export function emptyRoot(): Hash {
  return asPlain(sha256(''));
}

export function emptyTree(): Tree {
  return { size: 0, peaks: [] };
}

/** Adds one leaf (or, in a tree of subtrees, one equally large subtree) on the right; at most log2(size) hashes. */
export function append(tree: Tree, hash: Hash): void {
  let peak = hash;
  for (let rest = tree.size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    const left = tree.peaks.pop();
    if (left === undefined) throw new AppError('internal', 'A tree holds fewer peaks than its size says.');
    peak = nodeHash(left, peak);
  }
  tree.peaks.push(peak);
  tree.size++;
}

/** The RFC 6962 root of the tree as it is now. */
export function rootOf(tree: Tree): Hash {
  return foldPeaks(tree.peaks);
}

/** The root over perfect subtrees given largest first; of none, the root of the empty tree. */
export function foldPeaks(peaks: readonly Hash[]): Hash {
  let root = peaks.at(-1);
  if (root === undefined) return emptyRoot();
  for (let i = peaks.length - 2; i >= 0; i--) root = nodeHash(peaks[i] as Hash, root); // i is inside the array
  return root;
}

/** The roots of the perfect subtrees of a list of leaf (or equally large subtree) hashes, largest first. */
export function peaksOf(hashes: Iterable<Hash>): readonly Hash[] {
  const tree = emptyTree();
  for (const hash of hashes) append(tree, hash);
  return tree.peaks;
}

/** The root of a list of leaf (or equally large subtree) hashes. */
export function rootOfList(hashes: Iterable<Hash>): Hash {
  return foldPeaks(peaksOf(hashes));
}

/** The tree as plain JSON data, to be kept and read back with `restoreTree`. */
export function saveTree(tree: Tree): { size: number; peaks: string[] } {
  return { size: tree.size, peaks: tree.peaks.map(toBase64) };
}

/** The tree of `saveTree`; throws check_failed if size and peaks do not fit. */
export function restoreTree(saved: { size: number; peaks: readonly string[] }): Tree {
  const peaks = saved.peaks.map((text) => fromBase64(text));
  const bits =
    Number.isSafeInteger(saved.size) && saved.size >= 0 ? saved.size.toString(2).replaceAll('0', '').length : -1;
  const hashes = peaks.filter((hash) => hash?.length === 32) as Hash[]; // filtered to those that were read
  if (hashes.length !== peaks.length || hashes.length !== bits) {
    throw new AppError(
      'check_failed',
      `The kept state of a tree of size ${saved.size} is damaged: rebuild it from the tiles.`,
    );
  }
  return { size: saved.size, peaks: hashes };
}
