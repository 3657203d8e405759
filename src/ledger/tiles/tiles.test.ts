import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../core/hash.ts';
import { toHex, utf8 } from '../bytes.ts';
import { consistencyProof, inclusionProof } from '../tree/proof.ts';
import { type Hash, leafHash, rootOfList } from '../tree/tree.ts';
import { checkTiles } from './check.ts';
import { edgeRoot, emptyEdge, extendEdge, readEdge } from './edge.ts';
import { parseTilePath, tileNumber, tilePath, tilesOfSize } from './path.ts';
import { consistencyFromTiles, inclusionFromTiles, readLeaves, rootFromTiles, type TileSource } from './source.ts';
import { decodeEntries, encodeEntries } from './tiles.ts';

const vectors = JSON.parse(readFileSync('docs/spec/vectors/tiles.json', 'utf8')) as {
  roots: { id: string; input: { treeSize: number }; expected: { rootHex: string } }[];
  files: { id: string; input: { treeSize: number; path: string }; expected: { bytes: number; sha256: string } }[];
  resources: { id: string; input: { treeSize: number }; expected: { paths?: string[]; [name: string]: unknown } }[];
  pathEncoding: { id: string; input: { index: number }; expected: { path: string } }[];
};

type Files = Map<string, Uint8Array>;
const asSource = (files: Files): TileSource => ({ read: async (path) => files.get(path) });
const leafOf = (index: number): Uint8Array => utf8(String(index));

/** The files of a log of decimal leaves grown in steps, as a log directory would hold them. */
async function grow(...sizes: number[]): Promise<{ files: Files; root: Hash }> {
  const files: Files = new Map();
  let edge = emptyEdge;
  for (const size of sizes) {
    const leaves = Array.from({ length: size - edge.size }, (_, i) => leafOf(edge.size + i));
    edge = await extendEdge(edge, leaves, async (tile, content) => void files.set(tilePath(tile), content));
  }
  return { files, root: edgeRoot(edge) };
}

describe('C2SP tile vectors', () => {
  test.each(vectors.roots)('$id', async ({ input, expected }) => {
    const { files, root } = await grow(input.treeSize);
    expect(toHex(root)).toBe(expected.rootHex);
    expect(toHex(await rootFromTiles(asSource(files), input.treeSize))).toBe(expected.rootHex);
    await checkTiles(asSource(files), { size: input.treeSize, root, entries: true });
  });

  test.each(vectors.files)('file $id', async ({ input, expected }) => {
    const file = (await grow(input.treeSize)).files.get(input.path);
    expect(file?.length).toBe(expected.bytes);
    expect(sha256Hex(file ?? '')).toBe(expected.sha256);
  });

  test.each(vectors.resources)('files of a log with $id', ({ input, expected }) => {
    const tiles = [...tilesOfSize(input.treeSize)];
    if (expected.paths !== undefined) {
      expect(tiles.map(tilePath)).toEqual(expected.paths);
      return;
    }
    const full = (level: number | 'entries') =>
      tiles.filter((tile) => tile.level === level && tile.width === 256).length;
    const partial = (level: number | 'entries') => {
      const found = tiles.find((tile) => tile.level === level && tile.width < 256);
      return found === undefined ? undefined : tilePath(found);
    };
    expect({
      level0Full: full(0),
      level0Partial: partial(0),
      level1Full: full(1),
      level1Partial: partial(1),
      level2Full: full(2),
      level2Partial: partial(2),
      entryBundlesFull: full('entries'),
      entryBundlePartial: partial('entries'),
    }).toEqual(expected);
  });

  test.each(vectors.pathEncoding)('path of $id', ({ input, expected }) => {
    expect(tileNumber(input.index)).toBe(expected.path);
  });
});

test('a tile path is read back as the tile it was written for', () => {
  const tile = fc.record({
    level: fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const)),
    index: fc.maxSafeNat(),
    width: fc.integer({ min: 1, max: 256 }),
  });
  fc.assert(
    fc.property(tile, (one) => {
      expect(parseTilePath(tilePath(one))).toEqual(one);
    }),
  );
});

test.each([
  'tile/0/1',
  'tile/00/000',
  'tile/64/000',
  'tile/0/x000/001',
  'tile/0/001/000',
  'tile/0/000.p/0',
  'tile/0/000.p/256',
  'tile/0/000.p/01',
  'tile/0/000.p/',
  'tile/entries/000/',
  'tile/-1/000',
  '/tile/0/000',
  'tile/0/../000',
  'tile/0/x999/x999/x999/x999/x999/999',
])('%s is no tile path', (path) => {
  expect(parseTilePath(path)).toBeUndefined();
});

test('a size implies exactly these tiles', () => {
  const tiles = ['tile/0/000', 'tile/0/001.p/44', 'tile/1/000.p/1', 'tile/entries/000', 'tile/entries/001.p/44'];
  expect([...tilesOfSize(300)].map(tilePath).sort()).toEqual(tiles);
});

test('entry bundles give back the leaves they were made of, and no other count of them', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 1024 }), { maxLength: 20 }), (leaves) => {
      const bytes = encodeEntries(leaves);
      expect(decodeEntries(bytes, leaves.length, 'x').map(toHex)).toEqual(leaves.map(toHex));
      expect(() => decodeEntries(bytes, leaves.length + 1, 'x')).toThrow('damaged');
      if (leaves.length > 0) {
        expect(() => decodeEntries(bytes, leaves.length - 1, 'x')).toThrow('damaged');
        expect(() => decodeEntries(bytes.subarray(0, -1), leaves.length, 'x')).toThrow('damaged');
      }
    }),
  );
});

test('a leaf of 1,024 bytes is written, one of 1,025 refused', () => {
  expect(encodeEntries([new Uint8Array(1024)])).toHaveLength(1026);
  expect(() => encodeEntries([new Uint8Array(1025)])).toThrow('at most 1024 bytes');
});

test('the files of a log do not depend on how its leaves were batched, but for partial tiles passed over', async () => {
  const size = 70_000;
  const once = await grow(size);
  const stepwise = await grow(0, 1, 3, 255, 256, 257, 512, 700, 65_535, 65_536, 65_537, size);
  expect(toHex(stepwise.root)).toBe(toHex(once.root));
  for (const tile of tilesOfSize(size)) {
    const path = tilePath(tile);
    expect(sha256Hex(stepwise.files.get(path) ?? '')).toBe(sha256Hex(once.files.get(path) ?? 'absent'));
  }
  expect([...once.files.keys()].sort()).toEqual([...tilesOfSize(size)].map(tilePath).sort());
});

test('the tiles that a larger tree adds are exactly those listed for the step', async () => {
  const step = [...tilesOfSize(700, 256)].map(tilePath);
  const before = new Set((await grow(256)).files.keys());
  const after = (await grow(256, 700)).files.keys();
  expect(step.sort()).toEqual([...after].filter((path) => !before.has(path)).sort());
});

test('proofs and leaves from tiles are those of the list of leaves, at every size up to the present one', async () => {
  const size = 70_000;
  const { files } = await grow(size);
  const source = asSource(files);
  const hashes = Array.from({ length: size }, (_, i) => leafHash(leafOf(i)));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: size }), fc.nat(), async (upTo, pick) => {
      const index = pick % upTo;
      const prefix = hashes.slice(0, upTo);
      expect((await inclusionFromTiles(source, size, index, upTo)).map(toHex)).toEqual(
        inclusionProof(index, prefix).map(toHex),
      );
      expect((await consistencyFromTiles(source, size, index, upTo)).map(toHex)).toEqual(
        consistencyProof(index, prefix).map(toHex),
      );
      expect(toHex(await rootFromTiles(source, size, upTo))).toBe(toHex(rootOfList(prefix)));
      expect(toHex((await readLeaves(source, size, index >> 8))[index % 256] ?? leafOf(0))).toBe(toHex(leafOf(index)));
    }),
    { numRuns: 15 },
  );
});

test('a full tile stands in for a partial one that was removed', async () => {
  const { files, root } = await grow(300);
  const { files: later } = await grow(300, 512);
  for (const path of ['tile/0/001.p/44', 'tile/entries/001.p/44']) expect(later.delete(path)).toBe(true);
  expect(toHex(await rootFromTiles(asSource(later), 300))).toBe(toHex(await rootFromTiles(asSource(files), 300)));
  await checkTiles(asSource(later), { size: 300, root, entries: true });
});

test('the edge read from files is the edge that wrote them', async () => {
  for (const size of [0, 1, 255, 256, 300, 65_536, 65_792]) {
    const { files, root } = await grow(size);
    expect(toHex(edgeRoot(await readEdge(asSource(files), size)))).toBe(toHex(root));
  }
});

test('any byte changed, file cut or file missing is found', async () => {
  const size = 66_000;
  const { files, root } = await grow(size);
  const paths = [...files.keys()];
  await fc.assert(
    fc.asyncProperty(fc.nat(paths.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }), async (pick, at, flip) => {
      const path = paths[pick] ?? '';
      const original = files.get(path) ?? new Uint8Array();
      const changed = new Uint8Array(original);
      changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ flip;
      for (const content of [changed, original.subarray(0, -1), undefined]) {
        const source: TileSource = { read: async (one) => (one === path ? content : files.get(one)) };
        await expect(checkTiles(source, { size, root, entries: true })).rejects.toMatchObject({ code: 'check_failed' });
      }
    }),
    { numRuns: 8 },
  );
});

test.each(['tile/1/000', 'tile/1/001.p/1', 'tile/2/000.p/1'])(
  'a wrong hash in %s is found, and the file named',
  async (path) => {
    const { files, root } = await grow(66_000);
    const changed = new Uint8Array(files.get(path) ?? []);
    changed[5] = (changed[5] ?? 0) ^ 1;
    files.set(path, changed);
    await expect(checkTiles(asSource(files), { size: 66_000, root, entries: false })).rejects.toThrow(
      `${path} is damaged`,
    );
  },
);

test('a check hands over every leaf once and in order', async () => {
  const { files, root } = await grow(600);
  const seen: string[] = [];
  const onLeaf = (index: number, leaf: Uint8Array) => void seen.push(`${index}:${Buffer.from(leaf).toString()}`);
  await checkTiles(asSource(files), { size: 600, root, entries: true, onLeaf });
  expect(seen).toEqual(Array.from({ length: 600 }, (_, i) => `${i}:${i}`));
});

test('a wrong entry is named by its leaf index', async () => {
  const { files, root } = await grow(600);
  const leaves = decodeEntries(files.get('tile/entries/001') ?? new Uint8Array(), 256, 'x');
  leaves[7] = utf8('999');
  files.set('tile/entries/001', encodeEntries(leaves));
  await expect(checkTiles(asSource(files), { size: 600, root, entries: true })).rejects.toThrow(
    'Leaf 263 in tile/entries/001',
  );
});
