import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toHex, utf8 } from '../bytes.ts';
import { openCheckpoint } from '../checkpoints/checkpoint.ts';
import { type Signer, signerFromSeed } from '../keys/ed25519.ts';
import { checkTiles } from '../tiles/check.ts';
import { directoryTiles } from '../tiles/source.ts';
import { verifyConsistency, verifyInclusion } from '../tree/proof.ts';
import { emptyRoot, leafHash, rootOfList } from '../tree/tree.ts';
import { createLog, type Log, type LogOptions, openLog } from './log.ts';

const signer = signerFromSeed(Buffer.alloc(32, 42));
const origin = 'log.example/1';

let root = '';
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'log-'));
});
afterAll(() => rm(root, { recursive: true }));

const fresh = (): LogOptions => ({ directory: join(root, String(count++)), origin, signer });
const leafOf = (index: number): Uint8Array => utf8(`leaf ${index}`);
const leaves = (from: number, to: number): Uint8Array[] =>
  Array.from({ length: to - from }, (_, i) => leafOf(from + i));
const rootAt = (size: number): string => toHex(rootOfList(leaves(0, size).map(leafHash)));

async function read(log: Log, from: number, to: number): Promise<string[]> {
  const texts: string[] = [];
  for await (const leaf of log.entries(from, to)) texts.push(Buffer.from(leaf).toString());
  return texts;
}

async function logOf(size: number): Promise<{ options: LogOptions; log: Log }> {
  const options = fresh();
  const log = await createLog(options);
  await log.append(leaves(0, size));
  return { options, log };
}

/** What is on disk verifies: checkpoint signed, tiles and entries give its root. */
async function expectSound({ directory }: LogOptions, log: Log, size: number): Promise<void> {
  const published = openCheckpoint(await readFile(join(directory, 'checkpoint')), log.key);
  expect([published.size, toHex(published.root)]).toEqual([size, rootAt(size)]);
  await checkTiles(directoryTiles(directory), { size, root: published.root, entries: true });
}

test('a new log publishes the signed head of the empty tree', async () => {
  const options = fresh();
  const log = await createLog(options);
  expect(openCheckpoint(log.checkpoint(), log.key)).toMatchObject({ origin, size: 0 });
  await expectSound(options, log, 0);
});

test('after each append the published head verifies, and the log opened anew goes on from it', async () => {
  const options = fresh();
  let log = await createLog(options);
  for (const size of [1, 2, 44, 255, 256, 257, 300, 511, 513, 1100]) {
    const head = await log.append(leaves(log.head().size, size));
    expect([head.size, toHex(head.root)]).toEqual([size, rootAt(size)]);
    await expectSound(options, log, size);
    log = await openLog(options);
    expect(log.head()).toEqual(head);
  }
});

test('an empty append changes nothing', async () => {
  const { log } = await logOf(5);
  const before = log.checkpoint();
  expect((await log.append([])).size).toBe(5);
  expect(log.checkpoint()).toBe(before);
});

test('leaves come back by index and in ranges, and none from beyond the end', async () => {
  const { log } = await logOf(600);
  expect(toHex(await log.leafAt(0))).toBe(toHex(leafOf(0)));
  expect(toHex(await log.leafAt(599))).toBe(toHex(leafOf(599)));
  await expect(log.leafAt(600)).rejects.toThrow('has 600 leaves');
  await expect(log.leafAt(-1)).rejects.toThrow('none at -1');
  for (const [from, to] of [
    [0, 600],
    [250, 260],
    [256, 512],
    [7, 7],
    [599, 600],
  ] as const) {
    expect(await read(log, from, to)).toEqual(leaves(from, to).map((leaf) => Buffer.from(leaf).toString()));
  }
  await expect(read(log, 0, 601)).rejects.toThrow('cannot be read up to 601');
  await expect(read(log, 5, 4)).rejects.toThrow('from 5 to 4');
});

test('inclusion and consistency proofs of any index and sizes verify', async () => {
  const { log } = await logOf(700);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 700 }), fc.nat(), async (size, pick) => {
      const index = pick % size;
      const treeRoot = Buffer.from(rootAt(size), 'hex');
      const proof = await log.inclusionProof(index, size);
      expect(verifyInclusion({ index, size, leaf: leafHash(leafOf(index)), root: treeRoot, proof })).toBe(true);
      const consistency = await log.consistencyProof(index, size);
      const oldRoot = Buffer.from(rootAt(index), 'hex');
      expect(verifyConsistency({ oldSize: index, newSize: size, oldRoot, newRoot: treeRoot, proof: consistency })).toBe(
        true,
      );
    }),
    { numRuns: 30 },
  );
  await expect(log.inclusionProof(700)).rejects.toThrow('none at 700');
  await expect(log.inclusionProof(0, 701)).rejects.toThrow('no proof at size 701');
  await expect(log.consistencyProof(701)).rejects.toThrow('never had 701');
});

test('appends made at once go in one after the other, each whole', async () => {
  const options = fresh();
  const log = await createLog(options);
  const heads = await Promise.all(Array.from({ length: 30 }, (_, i) => log.append(leaves(i * 11, (i + 1) * 11))));
  expect(heads.map((head) => head.size)).toEqual(Array.from({ length: 30 }, (_, i) => (i + 1) * 11));
  await expectSound(options, log, 330);
});

test('a repeated append is refused when it says where it belongs', async () => {
  const { log } = await logOf(10);
  await log.append(leaves(10, 12), { firstIndex: 10 });
  await expect(log.append(leaves(10, 12), { firstIndex: 10 })).rejects.toMatchObject({ code: 'conflict' });
  expect(log.head().size).toBe(12);
});

test('a leaf over 1,024 bytes is refused, and nothing of its batch is logged', async () => {
  const { log } = await logOf(3);
  await expect(log.append([leafOf(3), new Uint8Array(1025)])).rejects.toMatchObject({ code: 'too_large' });
  expect((await log.append([leafOf(3)])).size).toBe(4);
});

test('partial tiles go once the full tile is there; those still needed stay', async () => {
  const { options, log } = await logOf(200);
  await log.append(leaves(200, 300));
  expect((await readdir(join(options.directory, 'tile/0'))).sort()).toEqual(['000', '001.p']);
  expect((await readdir(join(options.directory, 'tile/entries'))).sort()).toEqual(['000', '001.p']);
  await log.append(leaves(300, 310));
  expect((await readdir(join(options.directory, 'tile/0/001.p'))).sort()).toEqual(['44', '54']);
});

test('a log is not created over another, not even over the remains of one', async () => {
  const { options } = await logOf(3);
  await expect(createLog(options)).rejects.toMatchObject({ code: 'conflict' });
  await rm(join(options.directory, 'head.json'));
  await expect(createLog(options)).rejects.toMatchObject({ code: 'conflict' });
  await rm(join(options.directory, 'checkpoint'));
  await expect(createLog(options)).rejects.toThrow('(tile)');
});

test('a log that is missing is not opened', async () => {
  await expect(openLog(fresh())).rejects.toMatchObject({ code: 'not_found' });
});

test('a log without its kept head is not opened', async () => {
  const { options } = await logOf(3);
  await rm(join(options.directory, 'head.json'));
  await expect(openLog(options)).rejects.toMatchObject({ code: 'not_found' });
});

test('a stale copy is not signed on when a later head is known from elsewhere', async () => {
  const { options, log } = await logOf(300);
  const stale = fresh();
  await cp(options.directory, stale.directory, { recursive: true });
  const later = await log.append(leaves(300, 400));
  await expect(openLog({ ...stale, knownHeads: [later] })).rejects.toThrow('restored from an old copy');
  expect(openCheckpoint(await readFile(join(stale.directory, 'checkpoint')), log.key).size).toBe(300);
  await expect(createLog({ ...fresh(), knownHeads: [later] })).rejects.toThrow('restored from an old copy');
});

test('stale tiles under a newer head are not signed on', async () => {
  for (const [before, after] of [
    [300, 310],
    [200, 256],
    [256, 512],
    [10, 300],
  ] as const) {
    const { options, log } = await logOf(before);
    const stale = fresh();
    await cp(options.directory, stale.directory, { recursive: true });
    await log.append(leaves(before, after));
    await cp(join(options.directory, 'head.json'), join(stale.directory, 'head.json'));
    await expect(openLog(stale)).rejects.toMatchObject({ code: 'check_failed' });
    await cp(join(options.directory, 'checkpoint'), join(stale.directory, 'checkpoint'));
    await expect(openLog(stale)).rejects.toMatchObject({ code: 'check_failed' });
  }
});

test('a stale head under a newer checkpoint is not signed on', async () => {
  const { options, log } = await logOf(300);
  const kept = await readFile(join(options.directory, 'head.json'));
  await log.append(leaves(300, 310));
  await writeFile(join(options.directory, 'head.json'), kept);
  await expect(openLog(options)).rejects.toThrow('A head of size 310');
});

test('a fork is not signed on: another log of the same key and size, or a known head it does not contain', async () => {
  const { options, log } = await logOf(300);
  const forkOptions = fresh();
  const fork = await createLog(forkOptions);
  await fork.append([utf8('other'), ...leaves(1, 300)]);
  await expect(openLog({ ...options, knownHeads: [fork.head()] })).rejects.toThrow('they are forks');
  await cp(join(forkOptions.directory, 'checkpoint'), join(options.directory, 'checkpoint'));
  await expect(openLog(options)).rejects.toThrow('they are forks');
  await writeFile(join(options.directory, 'checkpoint'), log.checkpoint());
  const earlier = { size: 100, root: Buffer.from(rootAt(100), 'hex') };
  expect((await openLog({ ...options, knownHeads: [earlier, log.head()] })).head()).toEqual(log.head());
});

test.each(['tile/0/001.p/44', 'tile/1/000.p/1', 'tile/entries/001.p/44', 'head.json', 'checkpoint'])(
  'a log whose %s was altered is not opened',
  async (path) => {
    const { options } = await logOf(300);
    const bytes = await readFile(join(options.directory, path));
    for (const at of [0, 20, bytes.length - 3]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await writeFile(join(options.directory, path), changed);
      await expect(openLog(options)).rejects.toMatchObject({ code: 'check_failed' });
    }
  },
);

test('a log whose tiles contradict its kept head is not opened, even if no checkpoint is left to tell', async () => {
  const { options } = await logOf(300);
  const path = join(options.directory, 'tile/1/000.p/1');
  await writeFile(path, Buffer.alloc(32, 7));
  await rm(join(options.directory, 'checkpoint'));
  await expect(openLog(options)).rejects.toThrow('do not give the kept head');
  expect(await readdir(options.directory)).not.toContain('checkpoint');
});

test('another key or another name does not open the log', async () => {
  const { options } = await logOf(3);
  await expect(openLog({ ...options, signer: signerFromSeed(Buffer.alloc(32, 43)) })).rejects.toThrow(
    "not by this log's key",
  );
  await expect(openLog({ ...options, origin: 'log.example/2' })).rejects.toThrow('not of log.example/2');
});

test('the head is not advanced when another process has advanced it', async () => {
  const { options, log } = await logOf(3);
  const second = await openLog(options);
  await second.append(leaves(3, 5));
  await expect(log.append([utf8('other')])).rejects.toMatchObject({ code: 'conflict' });
  await expect(log.append([utf8('other')])).rejects.toThrow('opened again');
  expect((await openLog(options)).head().size).toBe(5);
});

test('tiles altered behind the back of a running log stop it before it signs', async () => {
  const { options, log } = await logOf(300);
  const path = join(options.directory, 'tile/1/000.p/1');
  await writeFile(path, Buffer.alloc(32, 7));
  await expect(log.append(leaves(300, 301))).rejects.toThrow('would not contain');
  expect(openCheckpoint(await readFile(join(options.directory, 'checkpoint')), log.key).size).toBe(300);
});

test('when signing fails the leaves are kept, said to be so, and published by the next attempt', async () => {
  let failing: 'down' | 'wrong' | undefined;
  const flaky: Signer = {
    publicKey: signer.publicKey,
    sign: async (message) => {
      if (failing === 'down') throw new Error('key service is down');
      return failing === 'wrong' ? Buffer.alloc(64) : signer.sign(message);
    },
  };
  const options = { ...fresh(), signer: flaky };
  const log = await createLog(options);
  for (const kind of ['down', 'wrong'] as const) {
    failing = kind;
    const size = log.head().size;
    await expect(log.append(leaves(size, size + 2))).rejects.toMatchObject({ code: 'unavailable' });
    expect(log.head().size).toBe(size + 2);
    expect(openCheckpoint(await readFile(join(options.directory, 'checkpoint')), log.key).size).toBe(size);
    failing = undefined;
    await log.publish();
    await expectSound(options, log, size + 2);
  }
});

test('the published checkpoint is written again if it was lost', async () => {
  const { options, log } = await logOf(7);
  await rm(join(options.directory, 'checkpoint'));
  expect((await openLog(options)).checkpoint()).toBe(log.checkpoint());
  await expectSound(options, log, 7);
});

test('an empty log with a head other than that of the empty tree is refused', async () => {
  const options = fresh();
  await createLog(options);
  const other = { size: 0, root: leafHash(utf8('x')) };
  await expect(openLog({ ...options, knownHeads: [other] })).rejects.toThrow('forks');
  expect((await openLog({ ...options, knownHeads: [{ size: 0, root: emptyRoot() }] })).head().size).toBe(0);
});
