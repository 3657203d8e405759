import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import { toHex, utf8 } from '../bytes.ts';
import type { Head } from '../checkpoints/checkpoint.ts';
import { openCheckpoint } from '../checkpoints/checkpoint.ts';
import { signerFromSeed } from '../keys/ed25519.ts';
import { checkTiles } from '../tiles/check.ts';
import { leafHash, rootOfList } from '../tree/tree.ts';
import { createLog, type Log, openLog } from './log.ts';

const origin = 'log.example/crash';
const signer = signerFromSeed(Buffer.alloc(32, 42));
const leavesOf = (kind: string, from: number, to: number): Uint8Array[] =>
  Array.from({ length: to - from }, (_, i) => utf8(`${kind} ${from + i}`));

let root = '';
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'crash-'));
});
afterAll(() => rm(root, { recursive: true }));

/** The published head is signed, everything on disk gives it, and it is the one over these leaves. */
async function expectSound(directory: string, log: Log, leaves: readonly Uint8Array[]): Promise<void> {
  const head = openCheckpoint(await readFile(join(directory, 'checkpoint')), log.key);
  expect([head.size, toHex(head.root)]).toEqual([leaves.length, toHex(rootOfList(leaves.map(leafHash)))]);
  await checkTiles(log.tiles, { size: head.size, root: head.root, entries: true });
}

async function filesOf(directory: string): Promise<string[]> {
  const entries = await readdir(join(directory, 'tile'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
}

/** Lays files of an interrupted append over the state before it: each absent, cut, garbled, under its temporary name, or whole. */
async function tearAppend(from: string, to: string, random: () => number): Promise<void> {
  const present = new Set(await filesOf(to));
  for (const path of await filesOf(from)) {
    if (present.has(path)) continue;
    const content = await readFile(join(from, path));
    const fate = Math.floor(random() * 5);
    if (fate === 0) continue;
    await mkdir(dirname(join(to, path)), { recursive: true });
    const torn = fate === 1 ? content.subarray(0, Math.floor(random() * content.length)) : content;
    const garbled = fate === 2 ? Buffer.alloc(content.length, 0xa5) : torn;
    await writeFile(join(to, fate === 3 ? `${path}.tmp` : path), garbled);
  }
}

const sizes = fc.tuple(
  fc.integer({ min: 1, max: 700 }),
  fc.integer({ min: 1, max: 700 }),
  fc.integer({ min: 1, max: 400 }),
);

test('after a crash at any point before the head is kept, the log goes on from the old head without a fork', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer(), async ([before, added, then], seed) => {
      const directory = join(root, String(count++));
      const finished = `${directory}-finished`;
      const log = await createLog({ directory, origin, signer });
      const kept = await log.append(leavesOf('kept', 0, before));
      await cp(directory, finished, { recursive: true });
      await (await openLog({ directory: finished, origin, signer })).append(leavesOf('lost', before, before + added));
      const random = seededRandom(seed);
      await tearAppend(finished, directory, random);
      if (random() < 0.5) await writeFile(join(directory, 'head.json.tmp'), '{"origin":"log.exam');

      const again = await openLog({ directory, origin, signer, knownHeads: [kept] });
      expect(toHex(again.head().root)).toBe(toHex(kept.root));
      await again.append(leavesOf('later', before, before + then));
      await expectSound(directory, again, [
        ...leavesOf('kept', 0, before),
        ...leavesOf('later', before, before + then),
      ]);
    }),
    { numRuns: 25 },
  );
});

test('after a crash once the head is kept, the log goes on from the new head and publishes it', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, async ([before, added, then]) => {
      const directory = join(root, String(count++));
      const log = await createLog({ directory, origin, signer });
      await log.append(leavesOf('kept', 0, before));
      const unpublished = await readFile(join(directory, 'checkpoint'));
      await log.append(leavesOf('kept', before, before + added));
      await writeFile(join(directory, 'checkpoint'), unpublished);
      await writeFile(join(directory, 'checkpoint.tmp'), 'log.exam');

      const again = await openLog({ directory, origin, signer });
      await expectSound(directory, again, leavesOf('kept', 0, before + added));
      await again.append(leavesOf('kept', before + added, before + added + then));
      await expectSound(directory, again, leavesOf('kept', 0, before + added + then));
    }),
    { numRuns: 15 },
  );
});

/** Appends without end, telling the size after each acknowledged append. */
const writer = (directory: string): string => `
  import { writeSync } from 'node:fs';
  import { signerFromSeed } from ${JSON.stringify(import.meta.resolve('../keys/ed25519.ts'))};
  import { openLog } from ${JSON.stringify(import.meta.resolve('./log.ts'))};
  const log = await openLog({ directory: ${JSON.stringify(directory)}, origin: ${JSON.stringify(origin)}, signer: signerFromSeed(Buffer.alloc(32, 42)) });
  for (;;) {
    const { size } = log.head();
    const batch = Array.from({ length: 1 + Math.floor(Math.random() * 300) }, (_, i) => Buffer.from('kept ' + (size + i)));
    writeSync(1, (await log.append(batch)).size + '\\n');
  }`;

async function killWriter(directory: string, delay: number): Promise<number> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', writer(directory)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  let acknowledged = 0;
  const lines = createInterface({ input: child.stdout }).on('line', (line) => {
    acknowledged = Number(line);
  });
  await Promise.race([once(lines, 'line'), exit]);
  await pause(delay);
  child.kill('SIGKILL');
  const [code] = await exit;
  expect(code).toBeNull(); // it ended by the signal, not by an error of its own
  return acknowledged;
}

test('after kill -9 at random moments no acknowledged leaf is lost and no head is contradicted', async () => {
  const directory = join(root, String(count++));
  await createLog({ directory, origin, signer });
  const knownHeads: Head[] = [];
  for (let round = 0; round < 10; round++) {
    const acknowledged = await killWriter(directory, Math.random() * 120);
    const log = await openLog({ directory, origin, signer, knownHeads });
    expect(acknowledged).toBeGreaterThan(knownHeads.at(-1)?.size ?? 0);
    expect(log.head().size).toBeGreaterThanOrEqual(acknowledged);
    await expectSound(directory, log, leavesOf('kept', 0, log.head().size));
    knownHeads.push(log.head());
  }
});
