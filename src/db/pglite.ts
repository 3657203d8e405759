import { PGlite, type Results, types } from '@electric-sql/pglite';
import type { Database } from './database.ts';

/** Milliseconds after which work on the database lets timers and requests have their turn. */
const longestTurn = 10;
/** Rows written after which the planner is told of the tables' sizes for the first time. */
const firstAnalyze = 5000;

/** A database port over an embedded PGlite; the caller holds the owner lock of its directory. */
export function pgliteDatabase(handle: PGlite): Database {
  const giveWay = turns();
  const sizes = knownSizes(handle);
  return {
    engine: 'pglite',
    query: async <Row>(sql: string, params: unknown[] = []) => {
      await giveWay();
      await sizes.renew();
      return sizes.counted(await handle.query<Row>(sql, params)).rows;
    },
    transaction: async (work) => {
      await giveWay();
      await sizes.renew();
      return handle.transaction((tx) =>
        work({
          query: async <Row>(sql: string, params: unknown[] = []) =>
            sizes.counted(await tx.query<Row>(sql, params)).rows,
        }),
      ) as ReturnType<typeof work>; // PGlite types the result as possibly undefined for rolled-back transactions; work() always returns or throws
    },
    script: async (sql) => {
      await handle.exec(sql);
    },
    close: () => handle.close(),
  };
}

/**
 * The embedded database has no autovacuum: a table that was empty when the process began would be planned as empty for
 * ever, and joined row by row. So the planner learns the sizes anew each time as many rows were written as ever before.
 */
function knownSizes(handle: PGlite): { counted<Row>(result: Results<Row>): Results<Row>; renew(): Promise<void> } {
  let written = 0;
  let due = firstAnalyze;
  return {
    counted: (result) => {
      written += result.affectedRows ?? 0;
      return result;
    },
    renew: async () => {
      if (written < due) return;
      due = 2 * written;
      await handle.exec('ANALYZE');
    },
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

/** Bytes travel as hexadecimal text, which the embedded database's own way turns number by number: most of a long read. */
const bytes = {
  parsers: { [types.BYTEA]: (hex: string) => new Uint8Array(Buffer.from(hex.slice(2), 'hex')) },
  serializers: { [types.BYTEA]: (value: Uint8Array) => `\\x${Buffer.from(value).toString('hex')}` },
};

/** Opens (or creates) the embedded database in a directory, or in memory when no directory is given. */
export async function openPglite(directory?: string, snapshot?: Blob): Promise<PGlite> {
  const options = snapshot === undefined ? bytes : { ...bytes, loadDataDir: snapshot };
  return directory === undefined ? await PGlite.create(options) : await PGlite.create(directory, options);
}
