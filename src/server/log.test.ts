import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type RunningWitness, startWitness } from '../../test/witness.ts';
import type { Actor } from '../context/actor.ts';
import { transact } from '../context/context.ts';
import { configFile, workspaceAt } from '../context/workspace.ts';
import { AppError } from '../core/error.ts';
import { appendEvent, logStatus } from '../ledger/actions.ts';
import { openCheckpoint } from '../ledger/checkpoints/checkpoint.ts';
import { formatVkey, type VerifierKey } from '../ledger/checkpoints/vkey.ts';
import { history } from '../ledger/history.ts';
import { createKeyFile } from '../ledger/keys/key-file.ts';
import { rotateKey } from '../ledger/rotate.ts';
import { auditWorkspace } from '../release/audit/audit.ts';
import { openServices, type Services } from './services.ts';

/** Workspaces on disk, closed and opened again as by commands that follow each other. */

const origin = 'cts.example/reopened';
const admin: Actor = { id: 'admin', name: 'Admin', roles: ['admin', 'auditor'] };
const nothing = async (): Promise<void> => undefined;
let template = '';
let root = '';
let told: string[] = [];
let closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'reopened-'));
  root = join(template, 'made-once');
  await mkdir(root);
  await configure();
  const services = await open();
  await record(services, 3);
  await services.close();
  closing = [];
});
afterAll(() => rm(template, { recursive: true }));
beforeEach(async () => {
  root = await mkdtemp(join(template, 'one-'));
  await cp(join(template, 'made-once'), root, { recursive: true });
  told = [];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

async function configure(log: { witnesses?: string } = {}): Promise<void> {
  await writeFile(join(root, configFile), stringify({ log: { origin, ...log } }));
}

async function open(at = root): Promise<Services> {
  const unused = async (): Promise<never> => {
    throw new AppError('unavailable', 'This test has no scorer.');
  };
  const services = await openServices({
    workspace: workspaceAt(at),
    log: (_level, message) => told.push(message),
    openScorer: () => ({ embed: unused, reward: unused, close: nothing }),
  });
  let open = true;
  const close = services.close;
  services.close = async () => {
    if (open) await close();
    open = false;
  };
  closing.push(services.close);
  return services;
}

async function record(services: Services, n: number): Promise<void> {
  const write = (i: number) =>
    transact(services.contextFor(admin), (ctx) => appendEvent(ctx, { type: 'eval.completed', data: { i } }));
  await Promise.all(Array.from({ length: n }, (_, i) => write(i)));
  await services.sequencer.flush();
}

/** Opens the published checkpoint as a reader with these keys; returns how many of them signed it. */
async function signedBy(...keys: VerifierKey[]): Promise<number> {
  const [first, ...others] = keys;
  const note = await readFile(join(root, 'log/checkpoint'));
  return first === undefined ? 0 : openCheckpoint(note, first, others).signatures.length;
}

async function expectSound(services: Services): Promise<void> {
  await record(services, 5);
  expect(await auditWorkspace(services.contextFor(admin))).toMatchObject({ findings: [], pending: 0 });
}

const ctxOf = (services: Services) => services.contextFor(admin);

async function withWitness(): Promise<RunningWitness> {
  const first = await open();
  const key = formatVkey(first.sequencer.log.key);
  await first.close();
  const options = { directory: `${root}-witness`, name: 'w.example', logs: [key] };
  const witness = await startWitness(options);
  closing.unshift(() => witness.close());
  await writeFile(join(root, 'witnesses.txt'), `${witness.line}quorum w.example\n`);
  await configure({ witnesses: 'witnesses.txt' });
  return witness;
}

test('a workspace restored from a stale backup refuses to start while a witness knows a newer head', async () => {
  await withWitness();
  const services = await open();
  await services.ledger.cosigner?.collect();
  await services.close();
  const backup = `${root}-backup`;
  await cp(root, backup, { recursive: true });
  const later = await open();
  await record(later, 4);
  await later.ledger.cosigner?.collect();
  const newest = later.sequencer.log.head().size;
  await later.close();

  const before = await readFile(join(backup, 'log/checkpoint'), 'utf8');
  const refused = await open(backup).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'check_failed' } satisfies Partial<AppError>);
  expect((refused as AppError).message).toContain(`A head of size ${newest}`);
  expect((refused as AppError).message).toContain('restored from an old copy');
  expect(await readFile(join(backup, 'log/checkpoint'), 'utf8')).toBe(before);
  expect((await open()).sequencer.log.head().size).toBe(newest);
});

test('a witness that does not answer is told, and does not keep the workspace from starting', async () => {
  const witness = await withWitness();
  await witness.close();
  const services = await open();
  expect(told.join('\n')).toContain('The witness w.example was not compared with the log: it cannot be reached');
  await expectSound(services);
});

test('after a change of key and a restart the new key signs, and the old one beside it until its file is taken away', async () => {
  const services = await open();
  const old = services.sequencer.log.key;
  await Promise.all([rotateKey(services.contextFor(admin), nothing), record(services, 30)]);
  const { key } = services.sequencer.log;
  expect(await signedBy(key, old)).toBe(2);
  await expectSound(services);
  await services.close();

  const again = await open();
  expect(formatVkey(again.sequencer.log.key)).toBe(formatVkey(key));
  await expectSound(again);
  expect(await signedBy(key, old)).toBe(2);
  await again.close();

  await rm(join(root, 'keys/log.key'));
  const alone = await open();
  await expectSound(alone);
  expect(await signedBy(key, old)).toBe(1);
  expect(await logStatus(alone.contextFor(admin))).toMatchObject({
    key: formatVkey(key),
    formerKeys: [{ vkey: formatVkey(old), signs: false }],
  });
  await rotateKey(alone.contextFor(admin), nothing);
  expect(await signedBy(alone.sequencer.log.key, key, old)).toBe(2);
  await expectSound(alone);
});

test('a change interrupted before its event is as if never asked for, and its key file serves the next one', async () => {
  const waiting = await createKeyFile(join(root, 'keys/log.2.key'));
  const services = await open();
  const old = services.sequencer.log.key;
  await expectSound(services);
  expect(await signedBy(old)).toBe(1);
  await rotateKey(services.contextFor(admin), nothing);
  expect(services.sequencer.log.key.publicKey).toEqual(waiting.publicKey);
  await expectSound(services);
});

test('a change interrupted right behind its event is taken up at the next start', async () => {
  const services = await open();
  const old = services.sequencer.log.key;
  const ctx = services.contextFor(admin);
  const { db } = services;
  const killed: typeof db = {
    ...db,
    transaction: async (work) => {
      await db.transaction(work);
      throw new Error('killed behind the commit');
    },
  };
  await expect(rotateKey({ ...ctx, db: killed }, nothing)).rejects.toThrow('killed behind the commit');
  await record(services, 3);
  expect(await signedBy(old)).toBe(1);
  await services.close();

  const again = await open();
  const { key } = again.sequencer.log;
  expect(formatVkey(key)).not.toBe(formatVkey(old));
  expect(await signedBy(key, old)).toBe(2);
  const rotations = (await history(ctxOf(again), again.ledger.systemSubject)).filter(
    (one) => one.type === 'key.rotated',
  );
  expect(rotations).toHaveLength(1);
  await expectSound(again);
});

test('a refused change leaves the key as it was', async () => {
  const services = await open();
  const old = services.sequencer.log.key;
  const refuse = async (): Promise<void> => {
    throw new AppError('conflict', 'Not now.');
  };
  await expect(rotateKey(ctxOf(services), refuse)).rejects.toThrow('Not now.');
  await expectSound(services);
  expect(await signedBy(old)).toBe(1);
});

test('a key file that is not the one the database names is refused', async () => {
  await rm(join(root, 'keys/log.key'));
  await createKeyFile(join(root, 'keys/log.key'));
  await expect(open()).rejects.toThrow('do not belong together');
});
