import type { Clock } from '../../core/clock.ts';
import { AppError, messageOf } from '../../core/error.ts';
import type { Database, Tx } from '../../db/database.ts';
import { sameBytes, toBase64 } from '../bytes.ts';
import type { Ledger } from '../service.ts';
import { leafHash } from '../tree/tree.ts';
import type { Log } from './log.ts';
import {
  countPending,
  eventByLeafHash,
  insertPositions,
  leafHashAt,
  lockSequencer,
  newestEventId,
  overlap,
  pendingAfter,
  positionedSize,
} from './store.ts';

/** Puts committed events into the log, in the order of their insertion, and records where each went. */
export type Sequencer = {
  readonly log: Log;
  /**
   * Returns when every event committed before the call is in the log and under a published checkpoint. Throws the
   * error that keeps it from getting there.
   */
  flush(): Promise<void>;
  /** How many committed events wait for their place in the log. */
  pending(): Promise<number>;
  /** Stops the timer and waits for the batch under way. Events that are pending stay so until the next start. */
  stop(): Promise<void>;
};

export type SequencerOptions = {
  db: Database;
  log: Log;
  clock: Clock;
  /** Gets a line for the operator when events cannot be put into the log; told again at most once a minute. */
  logLine: (message: string) => void;
  /** Milliseconds between two looks for new events. */
  interval?: number;
};

/** The sequencer of this process; throws unavailable in a process that only writes events. */
export function sequencerOf(ledger: Ledger): Sequencer {
  const { sequencer }: Ledger & { readonly sequencer?: Sequencer } = ledger;
  if (sequencer === undefined)
    throw new AppError(
      'unavailable',
      'This process does not keep the log: ask the server that was started on this workspace.',
    );
  return sequencer;
}

const batchSize = 1000;
const looksBetweenWhole = 200;
const defaultInterval = 250;
const repeatAfter = 60_000;

/**
 * Brings database and log into agreement, then starts. Leaves that were logged before a crash could record their
 * positions are found again by their hashes. Throws check_failed, having changed nothing, when one of the two is older
 * than the other: the log holds leaves the database does not know, or the database positions the log does not reach.
 */
export async function startSequencer(options: SequencerOptions): Promise<Sequencer> {
  const { db, log } = options;
  await db.transaction(async (tx) => {
    await lockSequencer(tx);
    await recover(tx, log);
  });
  let last: Promise<unknown> = Promise.resolve();
  const drain = drainer(db, log);
  const inTurn = (everything: boolean): Promise<void> => {
    const run = last.then(
      () => drain(everything),
      () => drain(everything), // a failed batch was reported to whoever waited for it; the next may succeed
    );
    last = run;
    return run;
  };
  const stopTimer = repeat(inTurn, options);
  return {
    log,
    flush: () => inTurn(true),
    pending: () => countPending(db),
    stop: async () => {
      stopTimer();
      await last.catch(() => undefined); // told by the timer or thrown to the caller of flush
    },
  };
}

/**
 * Puts all that waits into the log. A look at every event of a large database takes long, so looks in between begin a
 * little before the last event seen: transactions that overlap may become visible in another order than their ids.
 */
function drainer(db: Database, log: Log): (everything: boolean) => Promise<void> {
  let seen = 0;
  let looks = 0;
  return async (everything) => {
    const newest = await newestEventId(db);
    const whole = everything || looks++ % looksBetweenWhole === 0;
    if (whole || newest !== seen) {
      const after = whole ? 0 : Math.max(0, seen - overlap);
      while ((await integrate(db, log, after)) === batchSize);
      seen = newest;
    }
    await log.publish();
  };
}

/** One batch; returns how many events it held. The positions are committed only after their leaves are durable. */
async function integrate(db: Database, log: Log, after: number): Promise<number> {
  return db.transaction(async (tx) => {
    await lockSequencer(tx);
    if (log.head().size !== (await positionedSize(tx))) await recover(tx, log);
    const events = await pendingAfter(tx, after, batchSize);
    if (events.length === 0) return 0;
    const firstIndex = log.head().size;
    const leaves = events.map((event) => event.leaf);
    await appendDurably(log, leaves, firstIndex);
    const ids = events.map((event) => event.id);
    await insertPositions(tx, ids, firstIndex);
    return events.length;
  });
}

/** Appends; a checkpoint that could not be signed or written is no reason to forget where the leaves went. */
async function appendDurably(log: Log, leaves: Uint8Array[], firstIndex: number): Promise<void> {
  try {
    await log.append(leaves, { firstIndex });
  } catch (error) {
    const inTheLog = error instanceof AppError && error.code === 'unavailable';
    if (!inTheLog) throw error; // publishing is tried again at the end of the turn, and reported from there
  }
}

/** Records the positions of leaves that are in the log but not in the database; refuses what cannot be reconciled. */
async function recover(tx: Tx, log: Log): Promise<void> {
  const { size } = log.head();
  const positioned = await positionedSize(tx);
  if (positioned > size)
    throw new AppError(
      'check_failed',
      `The database has positions up to ${positioned}, but the log ends at ${size}: the log was restored from an old copy. Restore the newest copy of the log.`,
    );
  await refuseForeignLog(tx, log, positioned);
  let ids: string[] = [];
  let index = positioned;
  for await (const leaf of log.entries(positioned, size)) {
    const event = await eventByLeafHash(tx, leafHash(leaf));
    if (event === undefined)
      throw new AppError(
        'check_failed',
        `Leaf ${index} of the log belongs to no event of the database: the database was restored from an old copy. Restore the newest copy of the database; nothing was logged.`,
      );
    ids.push(event.id);
    index++;
    if (ids.length < batchSize && index < size) continue;
    await insertPositions(tx, ids, index - ids.length);
    ids = [];
  }
}

/** The last leaf both know must be the same one. */
async function refuseForeignLog(tx: Tx, log: Log, positioned: number): Promise<void> {
  if (positioned === 0) return;
  const known = await leafHashAt(tx, positioned - 1);
  const hash = leafHash(await log.leafAt(positioned - 1));
  if (known === undefined || !sameBytes(known, hash))
    throw new AppError(
      'check_failed',
      `Leaf ${positioned - 1} of the log (hash ${toBase64(hash)}) is not the one that the database has there: log and database do not belong together. Restore both from the same backup.`,
    );
}

/** Takes turns with pauses between them until the returned function is called. */
function repeat(turn: (everything: boolean) => Promise<void>, options: SequencerOptions): () => void {
  let stopped = false;
  let toldAt = Number.NEGATIVE_INFINITY;
  let wait: NodeJS.Timeout | undefined;
  const tell = (error: unknown): void => {
    const now = options.clock.now().getTime();
    if (now - toldAt < repeatAfter) return;
    toldAt = now;
    options.logLine(`Events wait for their place in the log: ${messageOf(error)}`);
  };
  const next = (): void => {
    if (stopped) return;
    wait = setTimeout(() => {
      turn(false).catch(tell).finally(next);
    }, options.interval ?? defaultInterval);
    wait.unref();
  };
  next();
  return () => {
    stopped = true;
    clearTimeout(wait);
  };
}
