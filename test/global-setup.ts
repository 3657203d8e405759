import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { systemClock } from '../src/core/clock.ts';
import type { Database } from '../src/db/database.ts';
import { migrate, readMigrations } from '../src/db/migrate.ts';
import { openPglite, pgliteDatabase } from '../src/db/pglite.ts';
import { openPostgres } from '../src/db/postgres.ts';
import { openQueue, type QueueConnection } from '../src/jobs/queue.ts';
import { environmentVariable } from '../src/server/config.ts';
import { createDatabase, databaseName, dropDatabases } from './server-database.ts';

type Migrations = ReturnType<typeof readMigrations>;

/**
 * Prepares one embedded database and keeps it as a snapshot: opening a copy is several times faster.
 * With SAFEMED_TEST_POSTGRES the suite runs on that server instead.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'safemed-test-'));
  const postgresUrl = environmentVariable('SAFEMED_TEST_POSTGRES') ?? '';
  const migrations = readMigrations('migrations');
  const prefix = `safemed_test_${randomBytes(4).toString('hex')}_`;
  const snapshot =
    postgresUrl === '' ? join(directory, 'snapshot.tar') : await migratedTemplate(postgresUrl, prefix, migrations);
  if (postgresUrl === '') {
    const handle = await openPglite();
    await prepare(pgliteDatabase(handle), { pglite: handle }, migrations);
    // The templates of further databases are a third of what every copy has to unpack.
    await handle.exec('UPDATE pg_database SET datistemplate = false, datallowconn = true');
    for (const unused of ['template0', 'template1']) await handle.exec(`DROP DATABASE ${unused}`);
    await handle.exec('CHECKPOINT');
    const image = await handle.dumpDataDir('none');
    await writeFile(snapshot, new Uint8Array(await image.arrayBuffer()));
    await handle.close();
  }
  project.provide('postgresUrl', postgresUrl);
  project.provide('databasePrefix', prefix);
  project.provide('snapshot', snapshot);
  project.provide('pages', join(directory, 'pages'));
  project.provide('tinyBase', join(directory, 'tiny'));
  project.provide('scratch', directory);
  return async () => {
    if (postgresUrl !== '') await dropDatabases(postgresUrl, prefix);
    await rm(directory, { recursive: true, force: true });
  };
}

/** A migrated database on the server, to be copied: its name. */
async function migratedTemplate(server: string, prefix: string, migrations: Migrations): Promise<string> {
  const url = await createDatabase(server, prefix);
  const db = await openPostgres(url);
  await prepare(db, { url }, migrations);
  await db.close();
  return databaseName(url);
}

/** What the program does with a new database: its tables, and those of the job queue. */
async function prepare(db: Database, connection: QueueConnection, migrations: Migrations): Promise<void> {
  await migrate(db, migrations);
  const log = (message: string): void => void process.stderr.write(`${message}\n`);
  const queue = await openQueue({ db, connection, clock: systemClock, log });
  await queue.close();
}
