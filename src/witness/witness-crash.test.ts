import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { utf8 } from '../ledger/bytes.ts';
import { checkpointText, openCheckpoint } from '../ledger/checkpoints/checkpoint.ts';
import { logNoteSigner, signNote } from '../ledger/checkpoints/note.ts';
import { formatVkey, parseVkey } from '../ledger/checkpoints/vkey.ts';
import { signerFromSeed } from '../ledger/keys/ed25519.ts';
import { consistencyProof } from '../ledger/tree/proof.ts';
import { leafHash, rootOfList } from '../ledger/tree/tree.ts';
import { formatAddCheckpoint } from '../ledger/witnesses/request.ts';
import { originName } from './state.ts';

const origin = 'log.example/killed';
const log = logNoteSigner(origin, signerFromSeed(Buffer.alloc(32, 1)));
const leaves = Array.from({ length: 3000 }, (_, i) => leafHash(utf8(`leaf ${i}`)));
let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'witness-killed-'));
});
afterAll(() => rm(root, { recursive: true }));

const command = (listen: string): string[] => [
  ...['src/cli/main.ts', '--json', 'witness', '--dir', join(root, 'w'), '--name', 'w.example'],
  ...['--log', formatVkey(log.key), '--listen', listen],
];

type Started = { child: ChildProcess; url: string; vkey: string };

async function start(): Promise<Started> {
  const child = spawn(process.execPath, command('127.0.0.1:0'), { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { url, vkey } = JSON.parse(String(line)) as { url: string; vkey: string }; // compared with what follows
  return { child, url, vkey };
}

/** Sends ever larger heads until the witness is gone; returns the last size it answered 200 for. */
async function grow(url: string, from: number, onAnswer: () => void): Promise<number> {
  for (let size = from; ; size++) {
    const checkpoint = await signNote(
      checkpointText(origin, { size: size + 1, root: rootOfList(leaves.slice(0, size + 1)) }),
      [log],
    );
    const proof = consistencyProof(size, leaves.slice(0, size + 1));
    const body = formatAddCheckpoint({ oldSize: size, proof, checkpoint });
    const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body }).catch(() => undefined);
    if (answer === undefined) return size;
    expect(answer.status).toBe(200);
    onAnswer();
  }
}

test('safemed witness, killed at random moments, never forgets a head it has cosigned', async () => {
  let known = 0;
  let vkey: string | undefined;
  for (let round = 0; round < 4; round++) {
    const started = await start();
    vkey ??= started.vkey;
    expect(started.vkey).toBe(vkey);
    const first = Promise.withResolvers<void>();
    const growing = grow(started.url, known, first.resolve);
    growing.catch(first.reject);
    await first.promise; // however slow the machine is, there is something to forget
    await pause(Math.random() * 150);
    started.child.kill('SIGKILL');
    await once(started.child, 'exit');
    const answered = await growing;
    expect(answered).toBeGreaterThan(known);

    const again = await start();
    const note = await (await fetch(`${again.url}/${originName(origin)}/checkpoint`)).text();
    const head = openCheckpoint(note, log.key, [parseVkey(again.vkey)]);
    expect(head.size).toBeGreaterThanOrEqual(answered);
    known = head.size;
    again.child.kill('SIGTERM');
    const [code] = await once(again.child, 'exit');
    expect(code).toBe(0);
  }
}, 60_000);

test('a second safemed witness on the directory ends with code 2, a port in use with code 4', async () => {
  const { child, url } = await start();
  const run = (...args: string[]) => spawnSync(process.execPath, args, { encoding: 'utf8' });
  const second = run(...command('127.0.0.1:0'));
  expect([second.status, second.stderr]).toEqual([2, expect.stringContaining('is running already')]);
  const elsewhere = command(new URL(url).host).map((arg) => (arg === join(root, 'w') ? join(root, 'other') : arg));
  const taken = run(...elsewhere);
  expect([taken.status, taken.stderr]).toEqual([4, expect.stringContaining('cannot listen')]);
  child.kill('SIGTERM');
  await once(child, 'exit');
}, 60_000);
