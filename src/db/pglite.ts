import { PGlite } from '@electric-sql/pglite';
import type { Database } from './database.ts';

/** Milliseconds after which work on the database lets timers and requests have their turn. */
const longestTurn = 10;

/** A database port over an embedded PGlite; the caller holds the owner lock of its directory. */
export function pgliteDatabase(handle: PGlite): Database {
  const giveWay = turns();
  return {
    engine: 'pglite',
    query: async <Row>(sql: string, params: unknown[] = []) => {
      await giveWay();
      return (await handle.query<Row>(sql, params)).rows;
    },
    transaction: async (work) => {
      await giveWay();
      return handle.transaction((tx) =>
        work({ query: async <Row>(sql: string, params: unknown[] = []) => (await tx.query<Row>(sql, params)).rows }),
      ) as ReturnType<typeof work>; // PGlite types the result as possibly undefined for rolled-back transactions; work() always returns or throws
    },
    script: async (sql) => {
      await handle.exec(sql);
    },
    close: () => handle.close(),
  };
}

/**
 * The embedded database answers without leaving the event loop's turn: whoever asks again and again would keep requests,
 * timers and the sequencer from ever having theirs.
 */
function turns(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < longestTurn) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    began = performance.now();
  };
}

/** Opens (or creates) the embedded database in a directory, or in memory when no directory is given. */
export async function openPglite(directory?: string, snapshot?: Blob): Promise<PGlite> {
  const options = snapshot === undefined ? {} : { loadDataDir: snapshot };
  return directory === undefined ? await PGlite.create(options) : await PGlite.create(directory, options);
}
