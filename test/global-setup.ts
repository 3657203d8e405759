import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate, readMigrations } from '../src/db/migrate.ts';
import { openPglite, pgliteDatabase } from '../src/db/pglite.ts';
import { openPostgres } from '../src/db/postgres.ts';
import { environmentVariable } from '../src/server/config.ts';

/**
 * Migrates one embedded database and keeps it as a snapshot: opening a copy is several times faster than migrating.
 * With SAFEMED_TEST_POSTGRES the suite runs on that server instead.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'safemed-test-'));
  const postgresUrl = environmentVariable('SAFEMED_TEST_POSTGRES') ?? '';
  const migrations = readMigrations('migrations');
  const snapshot =
    postgresUrl === '' ? join(directory, 'snapshot.tar') : await migratedTemplate(postgresUrl, migrations);
  if (postgresUrl === '') {
    const handle = await openPglite();
    await migrate(pgliteDatabase(handle), migrations);
    // The templates of further databases are a third of what every copy has to unpack.
    await handle.exec('UPDATE pg_database SET datistemplate = false, datallowconn = true');
    for (const unused of ['template0', 'template1']) await handle.exec(`DROP DATABASE ${unused}`);
    await handle.exec('CHECKPOINT');
    const image = await handle.dumpDataDir('none');
    await writeFile(snapshot, new Uint8Array(await image.arrayBuffer()));
    await handle.close();
  }
  project.provide('postgresUrl', postgresUrl);
  project.provide('snapshot', snapshot);
  project.provide('pages', join(directory, 'pages'));
  project.provide('tinyBase', join(directory, 'tiny'));
  project.provide('scratch', directory);
  return () => rm(directory, { recursive: true, force: true });
}

/** A migrated database on the server, to be copied: its name. */
async function migratedTemplate(server: string, migrations: ReturnType<typeof readMigrations>): Promise<string> {
  const name = `safemed_template_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  const db = await openPostgres(url.href);
  await migrate(db, migrations);
  await db.close();
  return name;
}
