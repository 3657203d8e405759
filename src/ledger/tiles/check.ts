import { AppError } from '../../core/error.ts';
import { sameBytes, toBase64 } from '../bytes.ts';
import { append, emptyRoot, emptyTree, foldPeaks, type Hash, leafHash, peaksOf, rootOfList } from '../tree/tree.ts';
import { tilePath, tileWidth } from './path.ts';
import { readHashes, readLeaves, type TileSource } from './source.ts';
import { damaged } from './tiles.ts';

export type TileCheck = {
  size: number;
  root: Hash;
  /** Also read the entry bundles and hash each entry against its tile. */
  entries: boolean;
  /** Called for each entry in order, after it was found to be the hashed one. */
  onLeaf?: (index: number, leaf: Uint8Array) => void;
};

/**
 * Reads every tile of a log once, in constant memory, and recomputes the tree: entries against level-0 hashes, every
 * higher tile against the tiles below it, the whole against the root. Throws check_failed with the file (and, for an
 * entry, the leaf index) that does not fit.
 */
export async function checkTiles(source: TileSource, check: TileCheck): Promise<void> {
  const fullTiles = emptyTree(); // the tree over the roots of full tiles: the whole tree but for its last, partial tile
  let lastPeaks: readonly Hash[] = [];
  const pending: Hash[][] = []; // by level from 1: roots of full tiles below, not yet compared with a tile
  const bundles = Math.ceil(check.size / tileWidth);
  for (let index = 0; index < bundles; index++) {
    const hashes = await readHashes(source, check.size, 0, index);
    if (check.entries) await checkEntries(source, check, index, hashes);
    if (hashes.length < tileWidth) {
      lastPeaks = peaksOf(hashes);
    } else {
      const root = rootOfList(hashes);
      append(fullTiles, root);
      await checkAbove(source, check.size, pending, { index, root });
    }
  }
  for (const [i, roots] of pending.entries()) {
    const place = { level: i + 1, index: Math.floor(check.size / tileWidth ** (i + 2)) };
    if (roots.length > 0) await compareTile(source, check.size, place, roots);
  }
  const root = foldPeaks([...fullTiles.peaks, ...lastPeaks]);
  if (!sameBytes(root, check.root)) {
    throw new AppError(
      'check_failed',
      `The tiles give the root ${toBase64(root)}, the head of size ${check.size} says ${toBase64(check.root)}: the log was altered.`,
    );
  }
}

async function checkEntries(
  source: TileSource,
  check: TileCheck,
  bundle: number,
  hashes: readonly Hash[],
): Promise<void> {
  const leaves = await readLeaves(source, check.size, bundle);
  for (const [i, leaf] of leaves.entries()) {
    const index = bundle * tileWidth + i;
    const hash = hashes[i];
    if (hash === undefined || !sameBytes(leafHash(leaf), hash)) {
      const path = tilePath({ level: 'entries', index: bundle, width: leaves.length });
      throw new AppError('check_failed', `Leaf ${index} in ${path} is not the one that was hashed into the log.`, {
        details: { path, index },
      });
    }
    check.onLeaf?.(index, leaf);
  }
}

/** Hands the root of a full tile to the level above, and compares that level's tile once it is full itself. */
async function checkAbove(
  source: TileSource,
  size: number,
  pending: Hash[][],
  below: { index: number; root: Hash },
): Promise<void> {
  let root = below.root;
  for (let i = 0; ; i++) {
    const roots = pending[i] ?? [];
    pending[i] = roots;
    roots.push(root);
    if (roots.length < tileWidth) return;
    await compareTile(source, size, { level: i + 1, index: Math.floor(below.index / tileWidth ** (i + 1)) }, roots);
    root = rootOfList(roots);
    roots.length = 0;
  }
}

async function compareTile(
  source: TileSource,
  size: number,
  { level, index }: { level: number; index: number },
  roots: readonly Hash[],
): Promise<void> {
  const hashes = await readHashes(source, size, level, index); // as many as there are roots
  const wrong = hashes.findIndex((hash, i) => !sameBytes(hash, roots[i] ?? emptyRoot()));
  if (wrong < 0) return;
  const below = tilePath({ level: level - 1, index: index * tileWidth + wrong, width: tileWidth });
  throw damaged(tilePath({ level, index, width: hashes.length }), `its hash ${wrong} is not the root of ${below}`);
}
