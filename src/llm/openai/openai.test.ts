import { afterEach, expect, test } from 'vitest';
import { type FakeOpenAi, type FakeOptions, type FakeStep, startFakeOpenAi } from '../../../test/fake-openai.ts';
import type { ChatEndpoint, Retry } from '../endpoint.ts';
import { type ChatDelta, type ChatRequest, OpenAiConfig } from '../schema.ts';
import { openOpenAi } from './openai.ts';

const opened: FakeOpenAi[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

const request: ChatRequest = {
  model: 'safe-1',
  messages: [{ role: 'user', content: 'May a patient on warfarin take ibuprofen?' }],
  temperature: 0,
  maxTokens: 50,
};
const key = 'sk-test-0123456789';

async function start(
  options: FakeOptions,
  config: Record<string, unknown> = {},
): Promise<{ server: FakeOpenAi; endpoint: ChatEndpoint }> {
  const server = await startFakeOpenAi(options);
  opened.push(server);
  const parsed = OpenAiConfig.parse({ type: 'openai', baseUrl: server.baseUrl, model: 'safe-1', ...config });
  return { server, endpoint: openOpenAi('teacher', parsed, (name) => (name === 'SAFE_KEY' ? key : undefined)) };
}

/** The steps in turn, the last one for ever. */
const inTurn =
  (...steps: FakeStep[]) =>
  (_: unknown, n: number): FakeStep =>
    steps[Math.min(n, steps.length) - 1] ?? 'unreachable';

test('a request goes out as the protocol says and the reply comes back whole', async () => {
  const reply = { content: 'No.', reasoning: 'Bleeding risk.', usage: { prompt: 12, completion: 3 } };
  const { server, endpoint } = await start(
    { reply: () => reply, apiKey: key },
    {
      apiKeyEnv: 'SAFE_KEY',
      price: { promptPerMillion: 2, completionPerMillion: 10 },
      extraBody: { top_k: 5, seed: null },
    },
  );
  expect(await endpoint.chat({ ...request, topP: 0.9, seed: 7, stop: ['END'] })).toEqual({
    content: 'No.',
    reasoning: 'Bleeding risk.',
    finishReason: 'stop',
    usage: { promptTokens: 12, completionTokens: 3 },
    model: 'safe-1',
    cost: (12 * 2 + 3 * 10) / 1e6,
  });
  expect(server.requests).toEqual([
    {
      model: 'safe-1',
      messages: request.messages,
      temperature: 0,
      top_p: 0.9,
      max_tokens: 50,
      stop: ['END'],
      top_k: 5,
    },
  ]);
});

test('a JSON schema is asked for in the form that servers accept', async () => {
  const { server, endpoint } = await start({ reply: () => '{"score":3}' });
  await endpoint.chat({
    ...request,
    responseFormat: { type: 'json_schema', name: 'verdict', schema: { type: 'object' } },
  });
  expect(server.requests[0]?.response_format).toEqual({
    type: 'json_schema',
    json_schema: { name: 'verdict', schema: { type: 'object' }, strict: true },
  });
});

test('usage that the server does not report is absent, not zero, and so is its cost', async () => {
  const { endpoint } = await start(
    { reply: () => ({ content: 'x', usage: null }) },
    { price: { promptPerMillion: 2, completionPerMillion: 10 } },
  );
  expect(await endpoint.chat(request)).toEqual({ content: 'x', finishReason: 'stop', model: 'safe-1' });
});

test.each<[string, FakeStep]>([
  ['a server error', { status: 500 }],
  ['a rate limit', { status: 429, retryAfter: '0' }],
  ['a lost connection', { fault: 'drop' }],
  ['a connection lost in the middle', { fault: 'drop-midway' }],
  ['cut JSON', { fault: 'malformed-json' }],
  ['JSON that is no completion', { fault: 'wrong-shape' }],
  ['silence', { fault: 'hang' }],
])('%s is survived by asking again, and the retry is told', async (_, fault) => {
  const { server, endpoint } = await start({ reply: inTurn(fault, 'fine') }, { timeoutMs: 300 });
  const retries: Retry[] = [];
  expect((await endpoint.chat(request, undefined, (retry) => retries.push(retry))).content).toBe('fine');
  expect([server.stats().requests, retries.length, retries[0]?.attempt]).toEqual([2, 1, 1]);
});

test('Retry-After is kept to', async () => {
  const { endpoint } = await start({ reply: inTurn({ status: 429, retryAfter: '1' }, 'fine') });
  const before = performance.now();
  await endpoint.chat(request);
  expect(performance.now() - before).toBeGreaterThanOrEqual(990);
});

test('a Retry-After of many minutes is not waited for', async () => {
  const { server, endpoint } = await start({ reply: () => ({ status: 429, retryAfter: '3600' }) });
  await expect(endpoint.chat(request)).rejects.toMatchObject({ code: 'rate_limited', details: { attempts: 1 } });
  expect(server.stats().requests).toBe(1);
});

test.each([
  [400, 'invalid_input'],
  [401, 'unavailable'],
  [404, 'unavailable'],
])('status %i is final: asked once, reported as %s', async (status, code) => {
  const { server, endpoint } = await start({ reply: () => ({ status }) });
  await expect(endpoint.chat(request)).rejects.toMatchObject({ code });
  expect(server.stats().requests).toBe(1);
});

test('an exhausted quota is not asked for again, although it comes as 429', async () => {
  const { server, endpoint } = await start({ reply: () => ({ status: 429, code: 'insufficient_quota' }) });
  await expect(endpoint.chat(request)).rejects.toMatchObject({ code: 'rate_limited' });
  expect(server.stats().requests).toBe(1);
});

test('when all attempts fail, the error says what, where, how often and what to do', async () => {
  const { server, endpoint } = await start(
    { reply: () => ({ status: 503, message: 'overloaded' }) },
    { maxRetries: 1 },
  );
  await expect(endpoint.chat(request)).rejects.toMatchObject({
    code: 'unavailable',
    message: `The model endpoint "teacher" (${server.baseUrl}, model safe-1) answered 503: overloaded (2 attempts). Check that it runs and is reachable, then run the same command again; what was answered is kept.`,
  });
});

test('a server that is not there is unavailable, not an internal error', async () => {
  const { server, endpoint } = await start({}, { maxRetries: 0 });
  await server.close();
  opened.pop();
  await expect(endpoint.chat(request)).rejects.toMatchObject({ code: 'unavailable' });
});

test('a key never appears in an error, even when the server repeats it', async () => {
  const { server } = await start({ apiKey: 'another' });
  const config = OpenAiConfig.parse({
    type: 'openai',
    baseUrl: server.baseUrl,
    model: 'safe-1',
    apiKeyEnv: 'SAFE_KEY',
  });
  const error: unknown = await openOpenAi('teacher', config, () => key)
    .chat(request)
    .catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('Bearer [key]');
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(key);
});

test('a missing key is told by the name of its variable, before anything is sent', async () => {
  await expect(start({}, { apiKeyEnv: 'OTHER_KEY' })).rejects.toThrow('OTHER_KEY');
});

test('no more requests are under way than the endpoint allows', async () => {
  const { server, endpoint } = await start({ latencyMs: 10 }, { concurrency: 3 });
  await Promise.all(Array.from({ length: 15 }, () => endpoint.chat(request)));
  expect(server.stats()).toMatchObject({ requests: 15, peak: 3 });
});

test('an abort ends a call at once with the caller’s reason, also in a pause between attempts', async () => {
  const { endpoint } = await start({ reply: () => ({ status: 503, retryAfter: '60' }) });
  const controller = new AbortController();
  const call = endpoint.chat(request, controller.signal, () => controller.abort(new Error('stopped by the user')));
  await expect(call).rejects.toThrow('stopped by the user');
});

test('choices are scored by adding up the probabilities of their token forms', async () => {
  const topLogProbs = [
    { token: 'B', logprob: Math.log(0.5) },
    { token: ' B', logprob: Math.log(0.25) },
    { token: 'A', logprob: Math.log(0.125) },
    { token: 'The', logprob: Math.log(0.1) },
  ];
  const { server, endpoint } = await start({ reply: () => ({ content: 'The', topLogProbs }) });
  const reply = await endpoint.chat({ ...request, choices: ['A', 'B', 'C'] });
  expect(reply.content).toBe('B');
  expect(reply.choiceLogProbs).toEqual({ A: Math.log(0.125), B: expect.closeTo(Math.log(0.75), 12) });
  expect(server.requests[0]).toMatchObject({ logprobs: true, top_logprobs: 20, max_tokens: 1 });
});

test('text that the database could not hold is made storable', async () => {
  const { endpoint } = await start({ reply: () => 'a\u0000b\ud800c' });
  expect((await endpoint.chat(request)).content).toBe('a\uFFFDb\uFFFDc');
});

test('addresses with credentials or queries are refused in the configuration', () => {
  const valid = (baseUrl: string): boolean => OpenAiConfig.safeParse({ type: 'openai', baseUrl, model: 'm' }).success;
  const addresses = ['http://h/v1', 'https://u:p@h/v1', 'https://h/v1?key=1', 'https://h/v1#x', 'file:///v1', 'h/v1'];
  expect(addresses.filter(valid)).toEqual(['http://h/v1']);
});

async function collect(stream: AsyncIterable<ChatDelta> | undefined): Promise<ChatDelta[]> {
  const deltas: ChatDelta[] = [];
  for await (const delta of stream ?? []) deltas.push(delta);
  return deltas;
}

test('a streamed reply arrives in order and ends with the whole reply, whatever the network cuts', async () => {
  const content = 'Avoid 布洛芬: bleeding 🩸 risk.';
  const { endpoint } = await start({
    reply: () => ({ content, reasoning: 'NSAID + 华法林', usage: { prompt: 9, completion: 8 } }),
  });
  const deltas = await collect(endpoint.stream?.(request));
  const text = (type: string): string =>
    deltas.map((delta) => (delta.type === type && 'text' in delta ? delta.text : '')).join('');
  expect([text('reasoning'), text('content')]).toEqual(['NSAID + 华法林', content]);
  expect(deltas.at(-1)).toEqual({
    type: 'end',
    reply: {
      content,
      reasoning: 'NSAID + 华法林',
      finishReason: 'stop',
      usage: { promptTokens: 9, completionTokens: 8 },
      model: 'safe-1',
    },
  });
});

test('the opening of a stream is repeated, but a stream that breaks off is an error', async () => {
  const { endpoint } = await start(
    { reply: inTurn({ status: 500 }, 'fine', { fault: 'drop-midway' }) },
    { maxRetries: 1 },
  );
  expect((await collect(endpoint.stream?.(request))).at(-1)).toMatchObject({ type: 'end', reply: { content: 'fine' } });
  await expect(collect(endpoint.stream?.(request))).rejects.toMatchObject({ code: 'unavailable' });
});

test('leaving a stream early gives its place back', async () => {
  const { endpoint } = await start({ reply: () => 'a long reply in many pieces' }, { concurrency: 1 });
  for await (const delta of endpoint.stream?.(request) ?? []) if (delta.type === 'content') break;
  expect((await endpoint.chat(request)).content).toBe('a long reply in many pieces');
});
