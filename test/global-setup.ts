import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate, readMigrations } from '../src/db/migrate.ts';
import { openPglite, pgliteDatabase } from '../src/db/pglite.ts';
import { environmentVariable } from '../src/server/config.ts';

/**
 * Migrates one embedded database and keeps it as a snapshot: opening a copy is several times faster than migrating.
 * With SAFEMED_TEST_POSTGRES the suite runs on that server instead.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'safemed-test-'));
  const snapshot = join(directory, 'snapshot.tar');
  const postgresUrl = environmentVariable('SAFEMED_TEST_POSTGRES') ?? '';
  if (postgresUrl === '') {
    const handle = await openPglite();
    await migrate(pgliteDatabase(handle), readMigrations('migrations'));
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
