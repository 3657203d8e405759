import { tileAt, tilePath, tileWidth } from '../../ledger/tiles/path.ts';
import type { TileSource } from '../../ledger/tiles/source.ts';
import type { Hash } from '../../ledger/tree/tree.ts';

/** The leaf hashes of a log by position, from its tiles. */
export type LeafHashes = { at(index: number): Promise<Hash | undefined> };

/** 16 MB of tiles: a million leaves. */
const keptTiles = 2048;

/** Reads the level-0 tiles of a log of that size as they are asked for and keeps the last used. */
export function leafHashes(source: TileSource, size: number): LeafHashes {
  const kept = new Map<number, Promise<Uint8Array | undefined>>();
  const read = (tileIndex: number): Promise<Uint8Array | undefined> => {
    const tile = tileAt(size, 0, tileIndex);
    return tile === undefined ? Promise.resolve(undefined) : source.read(tilePath(tile));
  };
  const tileOf = (tileIndex: number): Promise<Uint8Array | undefined> => {
    const tile = kept.get(tileIndex) ?? read(tileIndex);
    kept.delete(tileIndex);
    kept.set(tileIndex, tile);
    const [oldest] = kept.keys();
    if (kept.size > keptTiles && oldest !== undefined) kept.delete(oldest);
    return tile;
  };
  return {
    at: async (index) => {
      if (index >= size) return undefined;
      const bytes = await tileOf(Math.floor(index / tileWidth));
      const start = (index % tileWidth) * 32;
      return bytes === undefined || bytes.length < start + 32 ? undefined : bytes.subarray(start, start + 32);
    },
  };
}
