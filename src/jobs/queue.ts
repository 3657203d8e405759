import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PGlite } from '@electric-sql/pglite';
import { fromPglite, PgBoss } from 'pg-boss';
import type { Clock } from '../core/clock.ts';
import { AppError, messageOf } from '../core/error.ts';
import type { Database, Tx } from '../db/database.ts';
import { type JobControl, JobKind, type JobRun, type Jobs, type Progress, shutdown } from './schema.ts';
import {
  beat,
  claimRun,
  findUnfinishedRun,
  finishRun,
  insertRun,
  releaseRun,
  reopenOrphans,
  requestStop,
} from './store.ts';

export type JobHandler = (input: unknown, control: JobControl) => Promise<unknown>;
export type JobHandlers = Partial<Record<JobKind, JobHandler>>;

/** How pg-boss reaches the database: the embedded handle, or PostgreSQL by URL. */
export type QueueConnection = { pglite: PGlite } | { url: string };

export type Queue = Jobs & { work(handlers: JobHandlers): Promise<void>; close(): Promise<void> };

const heartbeatSeconds = 15;
/** A running job without a heartbeat for this long has lost its worker. */
const staleMilliseconds = 4 * heartbeatSeconds * 1000;

/** New work is told to the workers of all processes; that they also look for it is for what a lost connection swallows. */
const queueOptions = {
  retryLimit: 5,
  expireInSeconds: 24 * 3600 - 1,
  heartbeatSeconds: staleMilliseconds / 1000,
  notify: true,
};
const polling = { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 10, batchSize: 1 };
/** How long work may take to give itself back, in milliseconds. */
const longestClose = 10_000;

type Options = { db: Database; connection: QueueConnection; clock: Clock; log: (message: string) => void };

/** True if the queue's schema is there: its role need not be allowed to make one. */
async function hasSchema(db: Database): Promise<boolean> {
  const [found] = await db.query<{ known: boolean }>(`SELECT to_regnamespace('pgboss') IS NOT NULL AS known`);
  return found?.known === true;
}

/**
 * Makes the queues that are missing. They are warmed: pg-boss asks for a queue it does not know, and a first `send` inside
 * a transaction of the embedded database would wait for itself.
 */
async function ensureQueues(boss: PgBoss): Promise<void> {
  const queues = new Map((await boss.getQueues([...JobKind.options])).map((queue) => [queue.name, queue]));
  for (const kind of JobKind.options) {
    const queue = queues.get(kind);
    if (queue?.notify === true) continue; // known since pg-boss started
    if (queue === undefined) await boss.createQueue(kind, queueOptions);
    else await boss.updateQueue(kind, queueOptions); // of a workspace that an earlier version made
    await boss.findJobs(kind, { id: randomUUID() });
  }
}

/** Starts pg-boss on the project's database. */
export async function openQueue(options: Options): Promise<Queue> {
  const { db, connection, clock, log } = options;
  const embedded = 'pglite' in connection;
  const common = { schedule: false, useListenNotify: true };
  const boss = embedded
    ? new PgBoss({ ...common, db: fromPglite(connection.pglite), backend: 'pglite' })
    : new PgBoss({ ...common, connectionString: connection.url, max: 3, createSchema: !(await hasSchema(db)) });
  boss.on('error', (error) => log(`job queue: ${messageOf(error)}`));
  await boss.start();
  await ensureQueues(boss);
  const aborts = new Map<string, AbortController>();

  const send = async (tx: Tx, kind: JobKind, runId: string): Promise<void> => {
    const executeSql = async (text: string, values?: unknown[]): Promise<{ rows: unknown[] }> => ({
      rows: await tx.query(text, values),
    });
    await boss.send(kind, { runId }, { db: { executeSql } });
  };

  /** pg-boss takes the message as handled when its worker returns, so that unfinished work needs a new one. */
  const giveBack = (run: JobRun): Promise<void> =>
    db.transaction(async (tx) => {
      if (await releaseRun(tx, run.id)) await send(tx, run.kind, run.id);
    });

  const run = async (runId: string, handler: JobHandler): Promise<void> => {
    const now = clock.now();
    const claimed = await claimRun(db, runId, now, new Date(now.getTime() - staleMilliseconds));
    if (claimed === undefined) return;
    const abort = new AbortController();
    aborts.set(runId, abort);
    try {
      await perform(db, clock, { claimed, handler, abort, giveBack });
    } catch (error) {
      log(`job ${runId}: ${messageOf(error)}`);
    } finally {
      aborts.delete(runId);
    }
  };

  const enqueue: Queue['enqueue'] = async (tx, kind, input, createdBy) => {
    const id = randomUUID();
    await insertRun(tx, { id, kind, input, createdBy, at: clock.now() });
    await send(tx, kind, id);
    return id;
  };

  return {
    enqueue,
    enqueueOnce: async (tx, kind, input, createdBy) =>
      (await findUnfinishedRun(tx, kind, input)) ?? enqueue(tx, kind, input, createdBy),
    stop: async (runId) => {
      await requestStop(db, runId);
      aborts.get(runId)?.abort();
    },
    work: async (handlers) => {
      if (embedded) for (const orphan of await reopenOrphans(db)) await send(db, orphan.kind, orphan.id);
      for (const kind of JobKind.options) {
        const handler = handlers[kind];
        if (handler === undefined) continue;
        await boss.work<{ runId: string }>(kind, polling, async ([job]) => {
          if (job !== undefined) await run(job.data.runId, handler);
        });
      }
    },
    close: async () => {
      for (const abort of aborts.values()) abort.abort(shutdown);
      // Waited for here: pg-boss's own wait looks again after half a second only, at the end of every command.
      const ended = Promise.all(JobKind.options.map((kind) => boss.offWork(kind)));
      await Promise.race([ended, sleep(longestClose, undefined, { ref: false })]);
      await boss.stop();
    },
  };
}

type Performance = {
  claimed: JobRun;
  handler: JobHandler;
  abort: AbortController;
  giveBack: (run: JobRun) => Promise<void>;
};

async function perform(db: Database, clock: Clock, performance: Performance): Promise<void> {
  const { claimed, handler, abort, giveBack } = performance;
  const note = async (progress?: Progress): Promise<void> => {
    const { stopRequested } = await beat(db, claimed.id, clock.now(), progress);
    if (stopRequested) abort.abort();
  };
  const timer = setInterval(() => {
    // A missed heartbeat is mended by the next one; the database's failure shows where the handler uses it.
    note().catch(() => undefined);
  }, heartbeatSeconds * 1000);
  try {
    const result = await handler(claimed.input, { runId: claimed.id, progress: note, signal: abort.signal });
    if (abort.signal.reason === shutdown) await giveBack(claimed);
    else {
      const state = abort.signal.aborted ? 'stopped' : 'done';
      await finishRun(db, claimed.id, { state, result: result ?? null, at: clock.now() });
    }
  } catch (error) {
    if (abort.signal.reason === shutdown) {
      await giveBack(claimed);
      return;
    }
    const state = abort.signal.aborted ? 'stopped' : 'failed';
    const errorCode = error instanceof AppError ? error.code : 'internal';
    await finishRun(db, claimed.id, { state, error: messageOf(error), errorCode, at: clock.now() });
    if (!(error instanceof AppError)) throw error;
  } finally {
    clearInterval(timer);
  }
}
