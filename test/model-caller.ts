import { parseArgs } from 'node:util';
import { systemClock } from '../src/core/clock.ts';
import { migrate, readMigrations } from '../src/db/migrate.ts';
import { openPglite, pgliteDatabase } from '../src/db/pglite.ts';
import { totals } from '../src/llm/calls/call-store.ts';
import { createModelClient } from '../src/llm/calls/client.ts';
import { openOpenAi } from '../src/llm/openai/openai.ts';
import { OpenAiConfig } from '../src/llm/schema.ts';

/** Makes a number of calls from a process of its own, so that a test can kill it; prints the totals when it is done. */
const { values } = parseArgs({
  options: {
    directory: { type: 'string', default: '' },
    url: { type: 'string', default: '' },
    calls: { type: 'string', default: '100' },
    concurrency: { type: 'string', default: '8' },
    migrations: { type: 'string', default: 'migrations' },
  },
});
const db = pgliteDatabase(await openPglite(values.directory));
await migrate(db, readMigrations(values.migrations));
const config = OpenAiConfig.parse({
  type: 'openai',
  baseUrl: values.url,
  model: 'safe-1',
  concurrency: Number(values.concurrency),
});
const client = createModelClient({ db, clock: systemClock, endpoint: openOpenAi('teacher', config, () => undefined) });
await client.each(
  Array.from({ length: Number(values.calls) }, (_, i) => i),
  async (i) => {
    const messages = [{ role: 'user' as const, content: `Question ${i}` }];
    await client.call({ model: 'safe-1', messages, temperature: 0, maxTokens: 50 }, { purpose: 'generation' });
  },
);
process.stdout.write(JSON.stringify(await totals(db)));
await client.close();
await db.close();
