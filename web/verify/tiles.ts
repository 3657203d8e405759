import { type Bytes, sameBytes } from './bytes.ts';
import type { Head } from './checkpoint.ts';
import { VerifyError } from './fault.ts';
import { type Hash, nodeHash } from './hash.ts';
import { type NodeReader, rangeRoot } from './tree.ts';

/** Reads a file of the log by its C2SP path, for example tile/0/001; undefined where there is none. */
export type ReadTile = (path: string) => Promise<Bytes | undefined>;

const tileHeight = 8;
const tileWidth = 2 ** tileHeight;

/** All nodes of a tile: `rows[r]` are those r levels above its lowest. */
type Rows = Hash[][];

/**
 * The nodes of a log under a head, read from its hash tiles. No hash is given out before the whole tile that holds it
 * was checked: tiles at the growing edge must together give the head's root, every other one the hash that the tile
 * above holds for it. Throws tiles-root, tile-missing or tile-damaged.
 */
export function verifiedNodes(read: ReadTile, head: Head): NodeReader {
  const tiles = new Map<string, Promise<Rows>>();
  const rowsOf = (level: number, index: number): Promise<Rows> => {
    const name = `${level}/${index}`;
    const known = tiles.get(name) ?? loadRows(read, head.size, level, index);
    tiles.set(name, known);
    return known;
  };
  const unchecked: NodeReader = (level, index) => nodeIn(rowsOf, level, index);
  const edge = rangeRoot(unchecked, 0, head.size).then((root) => {
    if (!sameBytes(root, head.root)) throw new VerifyError('tiles-root');
  });
  edge.catch(() => undefined); // it is awaited, and thrown, by every read below
  const checks = new Map<string, Promise<void>>();
  const check = (level: number, index: number): Promise<void> => {
    const name = `${level}/${index}`;
    const known = checks.get(name) ?? checkTile(level, index);
    checks.set(name, known);
    return known;
  };
  const checkTile = async (level: number, index: number): Promise<void> => {
    await edge;
    if ((index + 1) * tileWidth > nodesAt(head.size, level)) return; // partial: all of its hashes are part of the edge
    const above = await checked((level + 1) * tileHeight, index);
    const own = (await rowsOf(level, index))[tileHeight]?.[0];
    if (own === undefined || !sameBytes(own, above)) throw new VerifyError('tile-damaged', tilePath(level, index));
  };
  const checked: NodeReader = async (level, index) => {
    const tileLevel = Math.floor(level / tileHeight);
    await check(tileLevel, Math.floor((index * 2 ** (level % tileHeight)) / tileWidth));
    return unchecked(level, index);
  };
  return checked;
}

async function nodeIn(
  rowsOf: (level: number, index: number) => Promise<Rows>,
  level: number,
  index: number,
): Promise<Hash> {
  const tileLevel = Math.floor(level / tileHeight);
  const row = level % tileHeight;
  const perTile = tileWidth / 2 ** row;
  const tile = Math.floor(index / perTile);
  const hash = (await rowsOf(tileLevel, tile))[row]?.[index % perTile];
  if (hash === undefined) throw new VerifyError('tile-damaged', tilePath(tileLevel, tile));
  return hash;
}

async function loadRows(read: ReadTile, size: number, level: number, index: number): Promise<Rows> {
  const width = Math.min(tileWidth, nodesAt(size, level) - index * tileWidth);
  const full = tilePath(level, index);
  const path = width === tileWidth ? full : `${full}.p/${width}`;
  const exact = await read(path);
  const bytes = exact ?? (width === tileWidth ? undefined : await read(full)); // the log may have filled it since
  if (bytes === undefined) throw new VerifyError('tile-missing', path);
  if (bytes.length !== (exact === undefined ? tileWidth : width) * 32) throw new VerifyError('tile-damaged', path);
  const rows: Rows = [Array.from({ length: width }, (_, at) => bytes.slice(at * 32, at * 32 + 32))];
  for (let below = rows[0] ?? []; below.length > 1; below = rows.at(-1) ?? []) rows.push(await pairs(below));
  return rows;
}

/** The nodes one level up; a hash without a neighbour has none there. */
function pairs(hashes: readonly Hash[]): Promise<Hash[]> {
  const lefts = hashes.filter((_, at) => at % 2 === 0 && at + 1 < hashes.length);
  return Promise.all(lefts.map((left, at) => nodeHash(left, hashes[at * 2 + 1] ?? left))); // the right one is there
}

function nodesAt(size: number, level: number): number {
  return Math.floor(size / tileWidth ** level);
}

/** `tile/<L>/<N>`, N in groups of three digits, all but the last marked `x`. */
function tilePath(level: number, index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  return `tile/${level}/${groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/')}`;
}
