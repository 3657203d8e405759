import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase } from '../../test/database.ts';
import { type FakeOpenAi, startFakeOpenAi } from '../../test/fake-openai.ts';
import { systemClock } from '../core/clock.ts';
import type { Database } from '../db/database.ts';
import { migrate, readMigrations } from '../db/migrate.ts';
import { openModels } from './open-models.ts';
import { writeRecorded } from './recorded.ts';
import { type ChatRequest, EndpointConfig } from './schema.ts';

const directory = mkdtempSync(join(tmpdir(), 'safemed-models-'));
let db: Database;
let server: FakeOpenAi;
beforeAll(async () => {
  ({ db } = await openTestDatabase());
  await migrate(db, readMigrations('migrations'));
  server = await startFakeOpenAi({ apiKey: 'sk-right', reply: () => 'from the server' });
});
afterAll(async () => {
  await server.close();
  await db.close();
  rmSync(directory, { recursive: true });
});

const request: ChatRequest = {
  model: 'm',
  messages: [{ role: 'user', content: 'hello' }],
  temperature: 0,
  maxTokens: 10,
};
const why = { purpose: 'test' };
const open = (endpoints: Record<string, object>) =>
  openModels({
    db,
    clock: systemClock,
    endpoints: Object.fromEntries(
      Object.entries(endpoints).map(([name, config]) => [name, EndpointConfig.parse(config)]),
    ),
    secret: (name) => (name === 'SAFE_KEY' ? 'sk-right' : undefined),
  });

test('configured endpoints are found by name and share one client; other names are told with what there is', async () => {
  const models = open({ judge: { type: 'openai', baseUrl: server.baseUrl, model: 'm', apiKeyEnv: 'SAFE_KEY' } });
  models.require('judge');
  expect(() => models.require('teacher')).toThrow(/"teacher".*there are: judge/);
  expect(() => models.require('constructor')).toThrow('No model endpoint "constructor"');
  await expect(models.client('teacher')).rejects.toMatchObject({ code: 'not_found' });
  expect(await models.client('judge')).toBe(await models.client('judge'));
  expect((await (await models.client('judge')).call(request, why)).reply.content).toBe('from the server');
  await models.close();
});

test('an endpoint outside the configuration can be opened, for example a registered model', async () => {
  const models = open({});
  const config = EndpointConfig.parse({ type: 'openai', baseUrl: server.baseUrl, model: 'm', apiKeyEnv: 'SAFE_KEY' });
  const client = await models.open(config, 'registered');
  expect([client.id, client.model, (await client.call(request, why)).reply.content]).toEqual([
    'registered',
    'm',
    'from the server',
  ]);
  await models.close();
});

test('an endpoint that cannot be opened now can be opened once its file is there', async () => {
  const file = join(directory, 'replies.jsonl');
  writeFileSync(file, 'not JSON');
  const models = open({ teacher: { type: 'recorded', file, model: 'm' } });
  await expect(models.client('teacher')).rejects.toMatchObject({ code: 'invalid_input' });
  await writeRecorded(file, [{ request, reply: { content: 'recorded', finishReason: 'stop', model: 'm' } }]);
  expect((await (await models.client('teacher')).call(request, why)).reply.content).toBe('recorded');
  await models.close();
});
