import { join } from 'node:path';
import { serve } from '@hono/node-server';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { writeTinyModel } from '../../test/tiny-gguf.ts';
import { createApp } from '../server/app.ts';
import { fileSha256 } from '../training/engine/gguf-base.ts';

let app: TestApp;
let close: () => void;
let baseURL: string;
let client: OpenAI;

beforeAll(async () => {
  app = await openTestApp();
  const gguf = join(app.root, 'tiny.gguf');
  await writeTinyModel(gguf);
  const engineer = app.as('engineer');
  const files = [{ path: gguf, sha256: await fileSha256(gguf) }];
  for (const name of ['served']) {
    const endpoint = { type: 'llama', gguf, model: name, contextSize: 512, sequences: 2 };
    expect((await engineer.send('POST', '/v1/registry/models', { name, kind: 'base', files, endpoint })).status).toBe(
      201,
    );
  }
  const server = serve({ fetch: createApp(app.services).fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  baseURL = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1`;
  close = () => server.close();
  client = new OpenAI({ baseURL, apiKey: await app.token('application'), maxRetries: 0 });
});
afterAll(async () => {
  close();
  await app.close();
});

const messages = [{ role: 'user', content: 'May I take two?' }] as const;

test('a model that nobody approved is neither listed nor served', async () => {
  expect((await client.models.list()).data).toEqual([]);
  await expect(client.chat.completions.create({ model: 'served', messages: [...messages] })).rejects.toMatchObject({
    status: 404,
  });
});

test('an approved model is listed and answers the official client, with its provenance', async () => {
  const approval = await app.as('release-approver').send('POST', '/v1/registry/models/served/approval', {});
  expect(approval.status).toBe(200);
  expect((await client.models.list()).data.map((model) => model.id)).toEqual(['served']);
  const reply = await client.chat.completions.create({
    model: 'served',
    messages: [...messages],
    max_tokens: 8,
    seed: 7,
  });
  expect(reply.choices).toHaveLength(1);
  expect(['stop', 'length']).toContain(reply.choices[0]?.finish_reason);
  expect(reply.usage?.completion_tokens).toBeGreaterThan(0);
  expect(reply).toMatchObject({
    object: 'chat.completion',
    model: 'served',
    safemed: { model: 'served', digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
});

test('a stream gives the same text as a whole answer of the same seed, then usage, then its end', async () => {
  const whole = await client.chat.completions.create({
    model: 'served',
    messages: [...messages],
    max_tokens: 12,
    seed: 7,
  });
  const stream = await client.chat.completions.create({
    model: 'served',
    messages: [...messages],
    max_tokens: 12,
    seed: 7,
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  let tokens = 0;
  const finished: unknown[] = [];
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    const reason = chunk.choices[0]?.finish_reason;
    if (reason !== null && reason !== undefined) finished.push(reason);
    tokens = chunk.usage?.completion_tokens ?? tokens;
  }
  expect(text.trim()).toBe(whole.choices[0]?.message.content);
  expect(finished).toHaveLength(1);
  expect(tokens).toBe(whole.usage?.completion_tokens);
});

test('without a token nobody is served, and a reviewer is not an application', async () => {
  const stranger = new OpenAI({ baseURL, apiKey: 'sm_wrong', maxRetries: 0 });
  await expect(stranger.models.list()).rejects.toMatchObject({ status: 401 });
  const reviewer = new OpenAI({ baseURL, apiKey: await app.token('reviewer'), maxRetries: 0 });
  await expect(reviewer.models.list()).rejects.toMatchObject({ status: 403 });
});

test('what is wrong with a request is said', async () => {
  await expect(client.chat.completions.create({ model: 'served', messages: [] })).rejects.toMatchObject({
    status: 400,
  });
  await expect(client.chat.completions.create({ model: 'served', messages: [...messages], n: 2 })).rejects.toThrow(
    /one answer per request/,
  );
});
