import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../core/error.ts';
import { asPlain } from '../bytes.ts';
import { consistencyPlan, coverNodes, inclusionPlan, type Node } from '../tree/proof.ts';
import { foldPeaks, type Hash, rootOfList } from '../tree/tree.ts';
import { type Tile, tileAt, tilePath, tileWidth } from './path.ts';
import { damaged, decodeEntries, decodeHashTile } from './tiles.ts';

/** Where the files of a log are read from, by their C2SP path; undefined where there is no such file. */
export type TileSource = { read(path: string): Promise<Uint8Array | undefined> };

/** The files of a log in a directory. */
export function directoryTiles(directory: string): TileSource {
  return {
    read: async (path) => {
      try {
        return asPlain(await readFile(join(directory, path)));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
  };
}

/** True for the error of a file system call on a path where nothing is. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/** The hashes a tree of `size` leaves has in one tile. A partial tile may have been replaced by its full one. */
export async function readHashes(source: TileSource, size: number, level: number, index: number): Promise<Hash[]> {
  const { tile, path, bytes, full } = await readTile(source, size, level, index);
  return decodeHashTile(bytes, full ? tileWidth : tile.width, path).slice(0, tile.width);
}

/** The leaves a tree of `size` leaves has in one entry bundle. */
export async function readLeaves(source: TileSource, size: number, index: number): Promise<Uint8Array[]> {
  const { tile, path, bytes, full } = await readTile(source, size, 'entries', index);
  return decodeEntries(bytes, full ? tileWidth : tile.width, path).slice(0, tile.width);
}

async function readTile(
  source: TileSource,
  size: number,
  level: Tile['level'],
  index: number,
): Promise<{ tile: Tile; path: string; bytes: Uint8Array; full: boolean }> {
  const tile = tileAt(size, level, index);
  if (tile === undefined) throw new AppError('internal', `A log of ${size} leaves has no tile ${level}/${index}.`);
  const path = tilePath(tile);
  const exact = await source.read(path);
  if (exact !== undefined) return { tile, path, bytes: exact, full: tile.width === tileWidth };
  const fullPath = tilePath({ ...tile, width: tileWidth });
  const whole = tile.width === tileWidth ? undefined : await source.read(fullPath);
  if (whole === undefined) throw damaged(path, `it is missing, though a log of ${size} leaves has it`);
  return { tile, path: fullPath, bytes: whole, full: true };
}

/** The root the tiles give to their first `upTo` leaves. */
export async function rootFromTiles(source: TileSource, size: number, upTo = size): Promise<Hash> {
  return foldNodes(nodeReader(source, size), coverNodes(0, upTo));
}

/** The inclusion proof of a leaf in the tree over the first `upTo` of `size` leaves. */
export async function inclusionFromTiles(
  source: TileSource,
  size: number,
  index: number,
  upTo = size,
): Promise<Hash[]> {
  const read = nodeReader(source, size);
  return Promise.all(inclusionPlan(index, upTo).map((nodes) => foldNodes(read, nodes)));
}

/** The consistency proof between the trees over the first `from` and the first `upTo` of `size` leaves. */
export async function consistencyFromTiles(
  source: TileSource,
  size: number,
  from: number,
  upTo = size,
): Promise<Hash[]> {
  const read = nodeReader(source, size);
  return Promise.all(consistencyPlan(from, upTo).map((nodes) => foldNodes(read, nodes)));
}

async function foldNodes(read: (node: Node) => Promise<Hash>, nodes: readonly Node[]): Promise<Hash> {
  return foldPeaks(await Promise.all(nodes.map(read)));
}

/** Reads perfect subtrees; each tile once for as long as the reader is kept. */
function nodeReader(source: TileSource, size: number): (node: Node) => Promise<Hash> {
  const tiles = new Map<string, Promise<Hash[]>>();
  return async ({ level, index }) => {
    const tileLevel = Math.floor(level / 8);
    const width = 2 ** (level % 8);
    const first = index * width;
    const tileIndex = Math.floor(first / tileWidth);
    const name = `${tileLevel}/${tileIndex}`;
    const pending = tiles.get(name) ?? readHashes(source, size, tileLevel, tileIndex);
    tiles.set(name, pending);
    const offset = first - tileIndex * tileWidth;
    return rootOfList((await pending).slice(offset, offset + width));
  };
}
