import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeTinyModel } from '../../../test/tiny-gguf.ts';
import type { ChatRequest } from '../schema.ts';
import { createOwner, type Owner } from './owner.ts';
import { type LlamaProcess, startLlama } from './process.ts';

const directory = mkdtempSync(join(tmpdir(), 'safemed-llama-'));
const gguf = join(directory, 'tiny.gguf');
beforeAll(() => writeTinyModel(gguf));
afterAll(() => rmSync(directory, { recursive: true }));

const request: ChatRequest = {
  model: 'tiny',
  messages: [{ role: 'user', content: 'hello' }],
  temperature: 1,
  maxTokens: 5,
};
/** Keeps the process busy until it is killed. */
const longRequest: ChatRequest = { ...request, maxTokens: 4000, temperature: 2 };

function watchedOwner(idleMs?: number): { owner: Owner; started: LlamaProcess[] } {
  const started: LlamaProcess[] = [];
  const start = async (): Promise<LlamaProcess> => {
    const llama = await startLlama('policy', { type: 'llama', gguf, contextSize: 4096, sequences: 2 }, 'tiny');
    started.push(llama);
    return llama;
  };
  return { owner: createOwner(start, idleMs), started };
}

const ask = (owner: Owner, what = request) => owner.use((llama) => llama.ask({ request: what, seed: 1 }));

test('when the process is killed its calls fail as unavailable, and the next call starts another', async () => {
  const { owner, started } = watchedOwner();
  const before = await ask(owner);
  const calls = [ask(owner, longRequest), ask(owner, { ...longRequest, temperature: 1.9 })];
  const pid = started[0]?.pid;
  if (pid === undefined) throw new Error('the first call started a process');
  setTimeout(() => process.kill(pid, 'SIGKILL'), 20);
  for (const call of await Promise.allSettled(calls))
    expect(call).toMatchObject({
      status: 'rejected',
      reason: { code: 'unavailable', message: expect.stringContaining('SIGKILL') },
    });
  expect(await ask(owner)).toEqual(before);
  expect(started.length).toBe(2);
  await owner.close();
});

test('calls at the same time share one process, which ends when it has been idle', async () => {
  const { owner, started } = watchedOwner(50);
  await Promise.all([ask(owner), ask(owner), ask(owner)]);
  expect(started.length).toBe(1);
  await started[0]?.exited;
  await sleep(10);
  await ask(owner);
  expect(started.length).toBe(2);
  await owner.close();
  await started[1]?.exited;
});
