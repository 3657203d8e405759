import { AppError } from '../core/error.ts';
import { sameBytes } from './bytes.ts';
import { nodesAtLevel, type Tile, tileWidth } from './tile-path.ts';
import { readHashes, readLeaves, type TileSource } from './tile-source.ts';
import { encodeEntries, encodeHashTile, subtreeRoot } from './tiles.ts';
import { append, emptyTree, foldPeaks, type Hash, leafHash } from './tree.ts';

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
  const peaks = levels.toReversed().flatMap((hashes) => {
    const tree = emptyTree();
    for (const hash of hashes) append(tree, hash);
    return tree.peaks;
  });
  return foldPeaks(peaks);
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

/** Receives a file of the log as it becomes known; a full tile before the partial ones. */
export type TileWriter = (tile: Tile, content: Uint8Array) => Promise<void>;

/** The edge after appending leaves. Every tile that is new or wider is handed to `write`; `edge` stays as it was. */
export async function extendEdge(edge: Edge, leaves: readonly Uint8Array[], write: TileWriter): Promise<Edge> {
  const levels = edge.levels.map((hashes) => [...hashes]);
  let bundle = [...edge.bundle];
  let size = edge.size;
  const changed = new Set<number>();
  for (const leaf of leaves) {
    bundle.push(leaf);
    size++;
    await addHash(levels, { level: 0, hash: leafHash(leaf), size }, { changed, write });
    if (bundle.length < tileWidth) continue;
    await write({ level: 'entries', index: size / tileWidth - 1, width: tileWidth }, encodeEntries(bundle));
    bundle = [];
  }
  await writePartialTiles({ size, bundle, levels }, changed, write);
  return { size, bundle, levels };
}

async function addHash(
  levels: Hash[][],
  { level, hash, size }: { level: number; hash: Hash; size: number },
  sink: { changed: Set<number>; write: TileWriter },
): Promise<void> {
  const hashes = levels[level] ?? [];
  levels[level] = hashes;
  hashes.push(hash);
  sink.changed.add(level);
  if (hashes.length < tileWidth) return;
  const index = size / tileWidth ** (level + 1) - 1;
  await sink.write({ level, index, width: tileWidth }, encodeHashTile(hashes));
  levels[level] = [];
  await addHash(levels, { level: level + 1, hash: subtreeRoot(hashes), size }, sink);
}

async function writePartialTiles(edge: Edge, changed: ReadonlySet<number>, write: TileWriter): Promise<void> {
  const writes = [...changed].map(async (level) => {
    const hashes = edge.levels[level] ?? [];
    const index = Math.floor(edge.size / tileWidth ** (level + 1));
    if (hashes.length > 0) await write({ level, index, width: hashes.length }, encodeHashTile(hashes));
  });
  const index = Math.floor(edge.size / tileWidth);
  if (edge.bundle.length > 0 && changed.size > 0) {
    writes.push(write({ level: 'entries', index, width: edge.bundle.length }, encodeEntries(edge.bundle)));
  }
  await Promise.all(writes);
}
