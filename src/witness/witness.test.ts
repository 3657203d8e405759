import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RunningWitness, startWitness } from '../../test/witness.ts';
import { toBase64, utf8 } from '../ledger/bytes.ts';
import { checkpointText, type Head, openCheckpoint } from '../ledger/checkpoints/checkpoint.ts';
import { logNoteSigner, type NoteSigner, openNote, signNote } from '../ledger/checkpoints/note.ts';
import { formatVkey } from '../ledger/checkpoints/vkey.ts';
import { signerFromSeed } from '../ledger/keys/ed25519.ts';
import { consistencyProof } from '../ledger/tree/proof.ts';
import { emptyRoot, leafHash, rootOfList } from '../ledger/tree/tree.ts';
import { formatAddCheckpoint } from '../ledger/witnesses/request.ts';
import { originName } from './state.ts';

const origin = 'log.example/witnessed';
const log = logNoteSigner(origin, signerFromSeed(Buffer.alloc(32, 1)));
const second = logNoteSigner(origin, signerFromSeed(Buffer.alloc(32, 2)));
const stranger = logNoteSigner(origin, signerFromSeed(Buffer.alloc(32, 3)));
const leaves = Array.from({ length: 300 }, (_, i) => leafHash(utf8(`leaf ${i}`)));
const headAt = (size: number): Head => ({ size, root: rootOfList(leaves.slice(0, size)) });
const other = { size: 5, root: rootOfList(leaves.slice(1, 6)) };

let root = '';
let directory = '';
let running: RunningWitness[] = [];
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'witness-'));
});
afterAll(() => rm(root, { recursive: true }));
beforeEach(async () => {
  directory = await mkdtemp(join(root, 'one-'));
});
afterEach(async () => {
  for (const one of running) await one.close();
  running = [];
});

async function start(options: { name?: string; logs?: NoteSigner[]; clock?: { now(): Date } } = {}) {
  const { name = 'w.example', logs = [log], ...rest } = options;
  const vkeys = logs.map(({ key }) => formatVkey(key));
  const one = await startWitness({ directory, name, logs: vkeys, ...rest });
  running.push(one);
  return one;
}

async function request(
  old: number,
  head: Head,
  { signers = [log], proof = proofOf(old, head.size), name = origin }: Partial<RequestParts> = {},
): Promise<string> {
  const checkpoint = await signNote(checkpointText(name, head), signers);
  return formatAddCheckpoint({ oldSize: old, proof, checkpoint });
}
type RequestParts = { signers: NoteSigner[]; proof: Uint8Array[]; name: string };

function proofOf(from: number, to: number): Uint8Array[] {
  return from <= to ? consistencyProof(from, leaves.slice(0, to)) : [];
}

type Answer = { status: number; type: string | null; body: string };
async function post({ url }: RunningWitness, body: string | Uint8Array): Promise<Answer> {
  const response = await fetch(`${url}/add-checkpoint`, { method: 'POST', body: Buffer.from(body) });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

async function monitored(one: RunningWitness): Promise<number | undefined> {
  const response = await fetch(`${one.url}/${originName(origin)}/checkpoint`);
  if (response.status === 404) return undefined;
  return openCheckpoint(await response.text(), log.key, [one.witness.key]).size;
}

test('a head that extends the last one is cosigned, and monitors see it', async () => {
  const one = await start();
  expect(await monitored(one)).toBeUndefined();
  for (const [old, size] of [
    [0, 5],
    [5, 5],
    [5, 256],
    [256, 300],
  ] as const) {
    const before = Math.floor(Date.now() / 1000);
    const answer = await post(one, await request(old, headAt(size)));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatch(/^— w\.example \S+\n$/);
    const text = checkpointText(origin, headAt(size));
    const [cosignature] = openNote(`${text}\n${answer.body}`, [one.witness.key]).signatures;
    expect(Number(cosignature?.time)).toBeGreaterThanOrEqual(before);
    expect(await monitored(one)).toBe(size);
  }
});

test('the empty log can be witnessed, with its own root only', async () => {
  const one = await start();
  expect((await post(one, await request(0, { size: 0, root: leaves[0] ?? emptyRoot() }))).status).toBe(422);
  expect((await post(one, await request(0, { size: 0, root: emptyRoot() }))).status).toBe(200);
  expect((await post(one, await request(0, headAt(3)))).status).toBe(200);
});

const five = () => request(0, headAt(5));
const manyLines = Array.from({ length: 64 }, () => leaves[0] ?? emptyRoot());
const flipped = (proof: Uint8Array[]) => proof.map((hash, i) => (i === 0 ? (leaves[7] ?? hash) : hash));

test.each<[string, number, () => Promise<string | Uint8Array>]>([
  ['an empty body', 400, async () => ''],
  ['a body that is not UTF-8', 400, async () => Uint8Array.of(0xff, 0xfe, 10, 10)],
  ['no old size', 400, async () => (await five()).replace(/^old 0\n/, '')],
  ['an old size with a leading zero', 400, async () => (await five()).replace('old 0', 'old 00')],
  ['a proof line that is not base64', 400, async () => (await five()).replace('old 0\n', 'old 0\nAA\n')],
  [
    'a proof line in another spelling',
    400,
    async () => (await request(0, headAt(5), { proof: [emptyRoot()] })).replace('=\n', '\n'),
  ],
  ['a proof of 64 lines', 400, () => request(0, headAt(5), { proof: manyLines })],
  ['a checkpoint without signatures', 400, async () => `old 0\n\n${checkpointText(origin, headAt(5))}\n`],
  ['a size with a leading zero', 400, async () => (await five()).replace('\n5\n', '\n05\n')],
  ['an old size beyond the checkpoint', 400, () => request(9, headAt(5))],
  ['another origin', 404, () => request(0, headAt(5), { name: 'log.example/other' })],
  ['a signature by an unknown key only', 403, () => request(0, headAt(5), { signers: [stranger] })],
  ['a wrong signature of the trusted key', 403, async () => (await five()).replace('\n5\n', '\n6\n')],
  [
    'a proof of 63 lines, which is not one too many but wrong',
    422,
    () => request(0, headAt(5), { proof: manyLines.slice(1) }),
  ],
  ['a proof with old size 0', 422, () => request(0, headAt(5), { proof: [emptyRoot()] })],
])('%s is answered with %i, and nothing is kept', async (_, status, body) => {
  const one = await start();
  expect((await post(one, await body())).status).toBe(status);
  expect(await monitored(one)).toBeUndefined();
});

test.each<[string, number, () => Promise<string>]>([
  ['a wrong proof', 422, () => request(5, headAt(300), { proof: flipped(proofOf(5, 300)) })],
  ['no proof', 422, () => request(5, headAt(300), { proof: [] })],
  ['another root at the same size', 422, () => request(5, other, { proof: [] })],
  ['a smaller head', 400, () => request(5, headAt(4))],
])('after size 5, %s is answered with %i, and 5 stays the head', async (_, status, body) => {
  const one = await start();
  await post(one, await five());
  expect((await post(one, await body())).status).toBe(status);
  expect(await monitored(one)).toBe(5);
});

test('whoever comes with another old size is told the one last cosigned', async () => {
  const one = await start();
  expect(await post(one, await request(3, headAt(5)))).toEqual({ status: 409, type: 'text/x.tlog.size', body: '0\n' });
  await post(one, await five());
  for (const [old, size] of [
    [0, 300],
    [4, 5],
    [0, 3],
  ] as const)
    expect(await post(one, await request(old, headAt(size)))).toEqual({
      status: 409,
      type: 'text/x.tlog.size',
      body: '5\n',
    });
});

test('a body beyond 64 KiB is refused unread', async () => {
  const one = await start();
  const body = `${await five()}${`— x ${toBase64(Buffer.alloc(60))}\n`.repeat(1000)}`;
  expect((await post(one, body)).status).toBe(413);
});

test('while a log changes its key, either key is enough, and a wrong line of a trusted key is refused', async () => {
  const one = await start({ logs: [log, second] });
  expect((await post(one, await request(0, headAt(2), { signers: [log, second, stranger] }))).status).toBe(200);
  expect((await post(one, await request(2, headAt(5), { signers: [second, stranger] }))).status).toBe(200);
  const shown = await (await fetch(`${one.url}/${originName(origin)}/checkpoint`)).text();
  expect(shown.match(/^— /gm)).toHaveLength(2); // the trusted log key's and the witness's own
  const good = await request(5, headAt(7), { signers: [log] });
  const forged = (await request(5, headAt(8), { signers: [second] })).split('\n').at(-2);
  expect((await post(one, `${good}${forged}\n`)).status).toBe(403);
});

test('of two sizes at once one is cosigned, and the head never goes back', async () => {
  const one = await start();
  let size = 0;
  for (let round = 0; round < 12; round++) {
    const bodies = await Promise.all(
      Array.from({ length: 8 }, (_, i) => request(size, headAt(size + 1 + ((i * 5) % 8)))),
    );
    const answers = await Promise.all(bodies.map((body) => post(one, body)));
    const won = answers.findIndex((answer) => answer.status === 200);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    size += 1 + ((won * 5) % 8);
    expect(answers.filter((answer) => answer.status === 409).map((answer) => answer.body)).toEqual(
      Array.from({ length: 7 }, () => `${size}\n`),
    );
    expect(await monitored(one)).toBe(size);
  }
});

test('after a restart the witness goes on from what it cosigned, under the same key', async () => {
  const one = await start();
  await post(one, await five());
  await one.close();
  running = [];
  const again = await start();
  expect(formatVkey(again.witness.key)).toBe(formatVkey(one.witness.key));
  expect((await post(again, await request(0, headAt(300)))).body).toBe('5\n');
  expect((await post(again, await request(5, headAt(300)))).status).toBe(200);
});

test('a key made with a passphrase does not open without it', async () => {
  const options = { directory, name: 'w.example', logs: [formatVkey(log.key)] };
  await (await startWitness({ ...options, passphrase: 'a long one' })).close();
  await expect(startWitness(options)).rejects.toThrow('is sealed');
  await (await startWitness({ ...options, passphrase: 'a long one' })).close();
});

test('two witnesses never run on one directory', async () => {
  await start();
  await expect(start()).rejects.toThrow('is running already');
});

test('a directory whose heads are not by this witness, or whose key is gone, is not used', async () => {
  const one = await start();
  await post(one, await five());
  await one.close();
  running = [];
  await expect(start({ name: 'another.example' })).rejects.toThrow('is not what this witness');
  const path = join(directory, 'heads', originName(origin), 'checkpoint');
  const kept = await readFile(path, 'utf8');
  await writeFile(path, kept.replace('\n5\n', '\n4\n'));
  await expect(start()).rejects.toThrow('is not what this witness');
  await writeFile(path, kept);
  await rm(join(directory, 'witness.key'));
  await expect(start()).rejects.toThrow('Cannot read the key file');
  expect(await readdir(directory)).toEqual(['heads']);
});

test('a head file damaged while the witness runs stops it from cosigning', async () => {
  const one = await start();
  await post(one, await five());
  await writeFile(join(directory, 'heads', originName(origin), 'checkpoint'), 'log.exam');
  expect((await post(one, await request(0, headAt(300)))).status).toBe(500);
  expect(one.problems.join()).toContain('Not a signed note');
});

test('with a clock that stands at 1970 nothing is cosigned', async () => {
  const one = await start({ clock: { now: () => new Date(0) } });
  expect((await post(one, await five())).status).toBe(500);
  expect(one.problems.join()).toContain('cannot carry the time 0');
  expect(await monitored(one)).toBeUndefined();
});
