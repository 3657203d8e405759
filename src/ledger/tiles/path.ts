/** Paths and sizes of C2SP tlog-tiles: tiles of height 8, 256 hashes wide. */

export const tileWidth = 256;

/** One file of a tiled log: hashes of a level, or the entries under a level-0 tile. Width 256 is a full tile. */
export type Tile = { readonly level: number | 'entries'; readonly index: number; readonly width: number };

/** `tile/<L>/<N>` with `.p/<W>` for a partial tile, for example tile/entries/x001/x234/067.p/44. */
export function tilePath({ level, index, width }: Tile): string {
  const path = `tile/${level}/${tileNumber(index)}`;
  return width === tileWidth ? path : `${path}.p/${width}`;
}

/** N in groups of three digits, all but the last marked `x`: 1234067 is x001/x234/067. */
export function tileNumber(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
}

/** The tile a path names; undefined unless it is spelled exactly as `tilePath` spells it. */
export function parseTilePath(path: string): Tile | undefined {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (match === null) return undefined;
  const [, level, number, width] = match;
  const tile: Tile = {
    level: level === 'entries' ? 'entries' : Number(level),
    index: Number(number?.replaceAll(/[x/]/g, '')),
    width: width === undefined ? tileWidth : Number(width),
  };
  const inRange = tile.width >= 1 && (tile.level === 'entries' || tile.level <= 63) && Number.isSafeInteger(tile.index);
  return inRange && tilePath(tile) === path ? tile : undefined;
}

/** How many nodes of a level a tree of that size stores: floor(size / 256^level). */
export function nodesAtLevel(size: number, level: number | 'entries'): number {
  return level === 'entries' ? size : Math.floor(size / tileWidth ** level);
}

/** The tile at that place in a tree of that size, as wide as the size makes it; undefined where there is none. */
export function tileAt(size: number, level: number | 'entries', index: number): Tile | undefined {
  const width = Math.min(tileWidth, nodesAtLevel(size, level) - index * tileWidth);
  return width > 0 ? { level, index, width } : undefined;
}

/** Every tile and entry bundle that a tree of `size` leaves has and one of `from` leaves lacks, level by level. */
export function* tilesOfSize(size: number, from = 0): Generator<Tile> {
  const levels: (number | 'entries')[] = [];
  for (let level = 0; nodesAtLevel(size, level) > 0; level++) levels.push(level);
  if (size > 0) levels.push('entries');
  for (const level of levels) {
    const [before, after] = [nodesAtLevel(from, level), nodesAtLevel(size, level)];
    if (before === after) continue;
    for (let index = Math.floor(before / tileWidth); index * tileWidth < after; index++) {
      const tile = tileAt(size, level, index);
      if (tile !== undefined) yield tile;
    }
  }
}
