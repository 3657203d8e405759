import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/database.ts';
import { type Context, transact } from '../../context/context.ts';
import { systemClock } from '../../core/clock.ts';
import { AppError } from '../../core/error.ts';
import type { Database } from '../../db/database.ts';
import { appendEvent } from '../actions.ts';
import { sameBytes, utf8 } from '../bytes.ts';
import { openCheckpoint } from '../checkpoints/checkpoint.ts';
import { type Signer, signerFromSeed } from '../keys/ed25519.ts';
import { decodeLeaf } from '../leaves/leaf.ts';
import { newExampleSubject, scopeSubject } from '../leaves/subject.ts';
import { chainOf } from '../store.ts';
import { leafHash } from '../tree/tree.ts';
import { createVault, type Vault } from '../vault/vault.ts';
import { createLog, type Log } from './log.ts';
import { type Sequencer, startSequencer } from './sequencer.ts';
import { leafHashAt, pendingAfter, positionedSize } from './store.ts';

const origin = 'cts.example/test';
const signer = signerFromSeed(Buffer.alloc(32, 7));
const lines: string[] = [];
let directory = '';
let db: Database;
let log: Log;
let contents: Vault;
let running: Sequencer[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sequencer-'));
  ({ db } = await openTestDatabase());
  log = await createLog({ directory: join(directory, 'log'), origin, signer });
  contents = await createVault(join(directory, 'contents.key'));
});
afterEach(async () => {
  for (const sequencer of running) await sequencer.stop();
  running = [];
  lines.length = 0;
  await db.close();
  await rm(directory, { recursive: true });
});

async function start(on: Log = log): Promise<Sequencer> {
  const logLine = (message: string): number => lines.push(message);
  const sequencer = await startSequencer({ db, log: on, clock: systemClock, logLine, interval: 20 });
  running.push(sequencer);
  return sequencer;
}

async function record(subject = newExampleSubject()): Promise<string> {
  const ctx = {
    db,
    clock: systemClock,
    actor: { id: 'tester', name: 'Tester', roles: [] },
    ledger: { origin, signer, contents, systemSubject: scopeSubject(origin, 'system') },
  } as unknown as Context; // recording an event uses these four
  await transact(ctx, (ctx) => appendEvent(ctx, { subject, type: 'case.imported', data: { any: 'thing' } }));
  return subject;
}

async function refuseDifference(): Promise<void> {
  const { size } = log.head();
  expect(await positionedSize(db)).toBe(size);
  for (let index = 0; index < size; index++)
    expect(sameBytes(leafHash(await log.leafAt(index)), (await leafHashAt(db, index)) ?? new Uint8Array())).toBe(true);
}

test('after a flush every event committed before it has its leaf in the log, under a published checkpoint', async () => {
  const sequencer = await start();
  const subject = await record();
  for (let i = 0; i < 20; i++) await record(i % 2 === 0 ? subject : undefined);
  await sequencer.flush();
  expect(await sequencer.pending()).toBe(0);
  expect(log.head().size).toBe(21);
  expect(openCheckpoint(log.checkpoint(), log.key).size).toBe(21);
  await refuseDifference();
});

test('without a flush the timer gets there by itself', async () => {
  const sequencer = await start();
  await record();
  await expect.poll(() => sequencer.pending()).toBe(0);
  expect(log.head().size).toBe(1);
});

test('events of one chain stand in the log in their order, whoever writes at the same time', async () => {
  const sequencer = await start();
  const subjects = await Promise.all(Array.from({ length: 8 }, () => record()));
  const write = async (subject: string): Promise<void> => {
    for (let i = 0; i < 10; i++) await record(subject);
  };
  await Promise.all([...subjects.map(write), sequencer.flush(), write(subjects[0] ?? '')]);
  await sequencer.flush();
  const next = new Map<string, number>();
  for await (const bytes of log.entries()) {
    const { subj, seq } = decodeLeaf(bytes);
    expect(seq).toBe(next.get(subj) ?? 0);
    next.set(subj, seq + 1);
  }
  expect(log.head().size).toBe(98);
  await refuseDifference();
});

test('a crash after the leaves were logged and before their positions were recorded loses and repeats nothing', async () => {
  for (let i = 0; i < 300; i++) await record();
  const waiting = await pendingAfter(db, 0, 280);
  await log.append(waiting.map((event) => event.leaf));
  const sequencer = await start();
  await sequencer.flush();
  expect(log.head().size).toBe(300);
  await refuseDifference();
});

test('a database restored from an old copy is refused, and nothing is logged', async () => {
  await record();
  await log.append([utf8('{"of":"a later state"}')]);
  const error = await start().catch((error: unknown) => error);
  expect(error).toBeInstanceOf(AppError);
  expect((error as AppError).code).toBe('check_failed');
  expect((error as AppError).message).toContain('the database was restored from an old copy');
  expect(log.head().size).toBe(1);
  expect(await pendingAfter(db, 0, 10)).toHaveLength(1);
});

test('a log restored from an old copy is refused', async () => {
  const sequencer = await start();
  await record();
  await sequencer.flush();
  const older = await createLog({ directory: join(directory, 'older'), origin, signer });
  await expect(start(older)).rejects.toThrow('the log was restored from an old copy');
});

test('the log of another database is refused', async () => {
  const sequencer = await start();
  await record();
  await sequencer.flush();
  const foreign = await createLog({ directory: join(directory, 'foreign'), origin, signer });
  await foreign.append([utf8('{"of":"another database"}')]);
  await expect(start(foreign)).rejects.toThrow('do not belong together');
});

test('a flush fails as long as no checkpoint can be signed, and the events keep their places', async () => {
  let broken = false;
  const fragile: Signer = {
    publicKey: signer.publicKey,
    sign: async (message) => {
      if (broken) throw new Error('the key service does not answer');
      return signer.sign(message);
    },
  };
  log = await createLog({ directory: join(directory, 'fragile'), origin, signer: fragile });
  const sequencer = await start();
  broken = true;
  const subject = await record();
  await expect(sequencer.flush()).rejects.toThrow('the key service does not answer');
  await expect.poll(() => lines.length).toBe(1);
  expect(lines[0]).toContain('the key service does not answer');
  broken = false;
  await sequencer.flush();
  expect(openCheckpoint(log.checkpoint(), log.key).size).toBe(1);
  await refuseDifference();
  const [event] = await chainOf(db, { contents }, subject);
  expect(event).toMatchObject({ subject, index: 0 });
  expect(sameBytes(leafHash(await log.leafAt(0)), event?.leafHash ?? new Uint8Array())).toBe(true);
});

test('an event whose time is more than five minutes ahead of the database is not recorded', async () => {
  const ahead = { now: () => new Date(Date.now() + 6 * 60_000) };
  const ctx = {
    db,
    clock: ahead,
    actor: { id: 'tester', name: 'Tester', roles: [] },
    ledger: { origin, signer, contents, systemSubject: scopeSubject(origin, 'system') },
  } as unknown as Context; // recording an event uses these four
  const event = { subject: newExampleSubject(), type: 'case.imported', data: {} } as const;
  await expect(transact(ctx, (ctx) => appendEvent(ctx, event))).rejects.toThrow('ahead of the database');
  expect(await (await start()).pending()).toBe(0);
});
