import { PGlite } from '@electric-sql/pglite';
import type { Database } from './database.ts';

/** A database port over an embedded PGlite; the caller holds the owner lock of its directory. */
export function pgliteDatabase(handle: PGlite): Database {
  return {
    engine: 'pglite',
    query: async <Row>(sql: string, params: unknown[] = []) => (await handle.query<Row>(sql, params)).rows,
    transaction: (work) =>
      handle.transaction((tx) =>
        work({ query: async <Row>(sql: string, params: unknown[] = []) => (await tx.query<Row>(sql, params)).rows }),
      ) as ReturnType<typeof work>, // PGlite types the result as possibly undefined for rolled-back transactions; work() always returns or throws
    script: async (sql) => {
      await handle.exec(sql);
    },
    close: () => handle.close(),
  };
}

/** Opens (or creates) the embedded database in a directory, or in memory when no directory is given. */
export async function openPglite(directory?: string, snapshot?: Blob): Promise<PGlite> {
  const options = snapshot === undefined ? {} : { loadDataDir: snapshot };
  return directory === undefined ? await PGlite.create(options) : await PGlite.create(directory, options);
}
