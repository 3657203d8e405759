import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type AppOptions, openTestApp, type TestApp } from './app.ts';
import { builtOnce } from './built-once.ts';
import { keepDatabase, openTestDatabase } from './database.ts';
import { collectExample, teacher } from './example.ts';

/**
 * The whole application on a workspace in which the example's questions of these kinds went through generation and review.
 * The suite takes each set of kinds through them once, and every file gets a copy of the workspace and its database.
 */
export async function openCollectedApp(kinds: string[], options: AppOptions = {}): Promise<TestApp> {
  const place = join(inject('scratch'), `collected-${kinds.join('-')}`);
  const root = join(place, 'workspace');
  const kept = join(place, 'database');
  await builtOnce(place, async () => {
    const database = await openTestDatabase();
    const app = await openTestApp({ endpoints: { teacher }, workers: true, from: { database } });
    await collectExample(app, kinds);
    await app.services.sequencer.flush();
    await writeFile(kept, await keepDatabase(database, `${kept}.tar`));
    await cp(app.root, root, { recursive: true });
    await app.close();
  });
  const database = await openTestDatabase(await readFile(kept, 'utf8'));
  return openTestApp({ ...options, endpoints: { teacher, ...options.endpoints }, from: { database, root } });
}
