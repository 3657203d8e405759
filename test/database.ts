import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { migrate, readMigrations } from '../src/db/migrate.ts';
import { openPglite, pgliteDatabase } from '../src/db/pglite.ts';
import { openPostgres } from '../src/db/postgres.ts';
import type { OpenDatabase } from '../src/server/services.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** PostgreSQL server to test on, or an empty string for PGlite. */
    postgresUrl: string;
    /** A file with a migrated PGlite data directory. */
    snapshot: string;
    /** Where the browser's tests keep the pages that the first of them builds. */
    pages: string;
    /** Where the tests of training keep the model that the first of them builds. */
    tinyBase: string;
    /** A folder for files that are wanted as long as the suite runs. */
    scratch: string;
  }
}

/** A migrated, empty database of its own for one test file, on the engine that this run of the suite tests. */
export async function openTestDatabase(): Promise<OpenDatabase> {
  const server = inject('postgresUrl');
  return server === '' ? openEmbedded(inject('snapshot')) : openServer(server);
}

async function openEmbedded(snapshot: string): Promise<OpenDatabase> {
  const handle = await openPglite(undefined, new Blob([await readFile(snapshot)]));
  return { db: pgliteDatabase(handle), connection: { pglite: handle } };
}

async function openServer(server: string): Promise<OpenDatabase> {
  const name = `safemed_test_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  const db = await openPostgres(url.href);
  await migrate(db, readMigrations('migrations'));
  return { db, connection: { url: url.href } };
}
