import { AppError } from '../../core/error.ts';
import { sameBytes } from '../bytes.ts';
import { foldPeaks, type Hash, leafHash, peaksOf, rootOfList } from '../tree/tree.ts';
import { nodesAtLevel, type Tile, tileWidth } from './path.ts';
import { readHashes, readLeaves, type TileSource } from './source.ts';
import { encodeEntries, encodeHashTile } from './tiles.ts';

/** The right edge of a tiled tree: the content of its partial tiles, all that is needed to go on appending. */
export type Edge = {
  readonly size: number;
  /** Leaves of the partial entry bundle. */
  readonly bundle: readonly Uint8Array[];
  /** Hashes of the partial tile of each level, none where the last tile is full. */
  readonly levels: readonly (readonly Hash[])[];
};

export const emptyEdge: Edge = { size: 0, bundle: [], levels: [] };

/** The root of the whole tree. */
export function edgeRoot({ levels }: Edge): Hash {
  return foldPeaks(levels.toReversed().flatMap(peaksOf));
}

/** The edge of a stored log of that size; throws check_failed if a file is missing, short or contradicts another. */
export async function readEdge(source: TileSource, size: number): Promise<Edge> {
  const levels: Hash[][] = [];
  for (let level = 0; nodesAtLevel(size, level) > 0; level++) {
    const nodes = nodesAtLevel(size, level);
    levels.push(nodes % tileWidth === 0 ? [] : await readHashes(source, size, level, Math.floor(nodes / tileWidth)));
  }
  const bundle = size % tileWidth === 0 ? [] : await readLeaves(source, size, Math.floor(size / tileWidth));
  const hashes = levels[0] ?? [];
  const fits = bundle.every((leaf, i) => sameBytes(leafHash(leaf), hashes[i] ?? leaf));
  if (!fits) throw new AppError('check_failed', 'The last entry bundle of the log does not hash to its last tile.');
  return { size, bundle, levels };
}

/** Receives a file of the log. */
export type TileWriter = (tile: Tile, content: Uint8Array) => Promise<void>;

/** The edge after appending leaves. Every tile that is new or wider is handed to `write`; `edge` stays as it was. */
export async function extendEdge(edge: Edge, leaves: readonly Uint8Array[], write: TileWriter): Promise<Edge> {
  const levels = edge.levels.map((hashes) => [...hashes]);
  const bundle = [...edge.bundle];
  let size = edge.size;
  let changedLevels = leaves.length > 0 ? 1 : 0; // a level changes only if the one below it does
  for (const leaf of leaves) {
    bundle.push(leaf);
    size++;
    pushHash(levels, 0, leafHash(leaf));
    if (bundle.length < tileWidth) continue;
    const writes = [write({ level: 'entries', index: size / tileWidth - 1, width: tileWidth }, encodeEntries(bundle))];
    bundle.length = 0;
    for (let level = 0; levels[level]?.length === tileWidth; level++) {
      const hashes = levels[level] ?? [];
      const index = size / tileWidth ** (level + 1) - 1;
      writes.push(write({ level, index, width: tileWidth }, encodeHashTile(hashes)));
      pushHash(levels, level + 1, rootOfList(hashes));
      levels[level] = [];
      changedLevels = Math.max(changedLevels, level + 2);
    }
    await Promise.all(writes);
  }
  const next = { size, bundle, levels };
  await writePartialTiles(next, changedLevels, write);
  return next;
}

function pushHash(levels: Hash[][], level: number, hash: Hash): void {
  const hashes = levels[level] ?? [];
  levels[level] = hashes;
  hashes.push(hash);
}

async function writePartialTiles(
  { size, bundle, levels }: Edge,
  changedLevels: number,
  write: TileWriter,
): Promise<void> {
  const writes = levels.slice(0, changedLevels).map(async (hashes, level) => {
    const index = Math.floor(size / tileWidth ** (level + 1));
    if (hashes.length > 0) await write({ level, index, width: hashes.length }, encodeHashTile(hashes));
  });
  if (bundle.length > 0 && changedLevels > 0) {
    const index = Math.floor(size / tileWidth);
    writes.push(write({ level: 'entries', index, width: bundle.length }, encodeEntries(bundle)));
  }
  await Promise.all(writes);
}
