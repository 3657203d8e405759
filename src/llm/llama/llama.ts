import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError, messageOf } from '../../core/error.ts';
import type { ChatEndpoint } from '../endpoint.ts';
import { derivedSeed } from '../request-digest.ts';
import type { ChatDelta, ChatReply, ChatRequest, LlamaConfig } from '../schema.ts';
import { createSlots } from '../slots.ts';
import { createOwner } from './owner.ts';
import { type Ask, startLlama } from './process.ts';

/**
 * A GGUF model, with an optional LoRA adapter, run by llama.cpp in a child process of its own. The process starts with
 * the first call and again after a crash, which fails the calls it had with `unavailable`. Throws `unavailable` for files
 * that are missing or no GGUF. A request without a seed gets one that depends on nothing but the request.
 */
export async function openLlama(id: string, config: LlamaConfig): Promise<ChatEndpoint> {
  const model = await digest(id, config.gguf);
  const adapter = config.lora === undefined ? undefined : await digest(id, config.lora);
  const name = config.model ?? nameOf(config);
  const slots = createSlots(config.sequences);
  const owner = createOwner(() => startLlama(id, config, name));
  const ask = async (ask: Omit<Ask, 'seed'>): Promise<ChatReply> =>
    owner.use((llama) => llama.ask({ ...ask, seed: ask.request.seed ?? derivedSeed(ask.request) }));
  return {
    id,
    model: name,
    // The context's size is part of it because it may be what cut a reply.
    identity: { type: 'llama', gguf: model, contextSize: config.contextSize, ...(adapter && { lora: adapter }) },
    concurrency: config.sequences,
    chat: (request, signal) => slots.run(() => ask({ request, signal }), signal),
    stream: async function* (request, signal) {
      const release = await slots.take(signal);
      try {
        yield* streamed(ask, request, signal);
      } finally {
        release();
      }
    },
    close: owner.close,
  };
}

function nameOf(config: LlamaConfig): string {
  const base = basename(config.gguf, '.gguf');
  return config.lora === undefined ? base : `${base}+${basename(config.lora, '.gguf')}`;
}

/** SHA-256 (hex) of a model file, after a look at its first bytes: a wrong file must not reach the native code. */
async function digest(id: string, file: string): Promise<string> {
  try {
    const handle = await open(file);
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0).finally(() => handle.close());
    if (buffer.toString('latin1') !== 'GGUF') throw new Error('it is no GGUF file');
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    return hash.digest('hex');
  } catch (error) {
    throw new AppError(
      'unavailable',
      `The model endpoint "${id}" cannot use ${file}: ${messageOf(error)}. Give the path of a GGUF file.`,
      { cause: error },
    );
  }
}

/** Turns the pieces that the process reports into a stream. Leaving it early aborts the call. */
async function* streamed(
  ask: (ask: Omit<Ask, 'seed'>) => Promise<ChatReply>,
  request: ChatRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<ChatDelta, void, void> {
  const leaving = new AbortController();
  const both = signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal]);
  const queue: (ChatDelta | { type: 'failed'; error: unknown })[] = [];
  let wake = (): void => undefined;
  const put = (item: (typeof queue)[number]): void => {
    queue.push(item);
    wake();
  };
  ask({ request, signal: both, onText: (text) => put({ type: 'content', text }) }).then(
    (reply) => put({ type: 'end', reply }),
    (error: unknown) => put({ type: 'failed', error }),
  );
  try {
    for (;;) {
      const item = queue.shift();
      if (item === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      if (item.type === 'failed') throw item.error;
      yield item;
      if (item.type === 'end') return;
    }
  } finally {
    leaving.abort();
  }
}
