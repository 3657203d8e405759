import { readFile, writeFile } from 'node:fs/promises';
import { inject } from 'vitest';
import { openPglite, pgliteDatabase } from '../src/db/pglite.ts';
import { openPostgres } from '../src/db/postgres.ts';
import type { OpenDatabase } from '../src/server/services.ts';
import { createDatabase, databaseName } from './server-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** PostgreSQL server to test on, or an empty string for PGlite. */
    postgresUrl: string;
    /** How the names of this run's databases on the server begin. */
    databasePrefix: string;
    /** A migrated database: the file of a PGlite data directory, or the name of a database of the server. */
    snapshot: string;
    /** Where the browser's tests keep the pages that the first of them builds. */
    pages: string;
    /** Where the tests of training keep the model that the first of them builds. */
    tinyBase: string;
    /** A folder for files that are wanted as long as the suite runs. */
    scratch: string;
  }
}

/**
 * A database of its own for one test file, on the engine that this run of the suite tests: migrated and empty, or a copy of
 * one that `keepDatabase` kept.
 */
export async function openTestDatabase(kept?: string): Promise<OpenDatabase> {
  const server = inject('postgresUrl');
  return server === '' ? openEmbedded(kept ?? inject('snapshot')) : openServer(server, kept ?? inject('snapshot'));
}

/** Keeps a database as it is for later copies, and returns what names it; on a server it must not be used any more. */
export async function keepDatabase({ connection }: OpenDatabase, file: string): Promise<string> {
  if ('url' in connection) return databaseName(connection.url);
  await connection.pglite.exec('CHECKPOINT');
  const image = await connection.pglite.dumpDataDir('none');
  await writeFile(file, new Uint8Array(await image.arrayBuffer()));
  return file;
}

async function openEmbedded(file: string): Promise<OpenDatabase> {
  const handle = await openPglite(undefined, new Blob([await readFile(file)]));
  return { db: pgliteDatabase(handle), connection: { pglite: handle } };
}

async function openServer(server: string, template: string): Promise<OpenDatabase> {
  const url = await createDatabase(server, inject('databasePrefix'), template);
  return { db: await openPostgres(url), connection: { url } };
}
