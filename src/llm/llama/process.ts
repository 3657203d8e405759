import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AppError, isErrorCode } from '../../core/error.ts';
import type { ChatReply, ChatRequest, LlamaConfig } from '../schema.ts';
import { FromChild, type ToChild } from './protocol.ts';

export type Ask = {
  request: ChatRequest;
  seed: number;
  signal?: AbortSignal | undefined;
  onText?: (text: string) => void;
};

/** A running child process with a loaded model. */
export type LlamaProcess = {
  ask(ask: Ask): Promise<ChatReply>;
  readonly pid: number | undefined;
  readonly exited: Promise<void>;
  close(): Promise<void>;
};

type Pending = {
  resolve(reply: ChatReply): void;
  reject(error: unknown): void;
  onText?: ((text: string) => void) | undefined;
};

/** How long a child may take to end before it is killed. */
const closeMs = 5000;

/** Starts a child process and loads the model in it. Throws `unavailable` when that fails, with what llama.cpp said. */
export async function startLlama(id: string, config: LlamaConfig, name: string): Promise<LlamaProcess> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const program = fileURLToPath(new URL(`./worker.${extension}`, import.meta.url));
  const child = fork(program, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const said = keepTail(child);
  const pending = new Map<number, Pending>();
  const loading = Promise.withResolvers<void>();
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      const how = signal ?? `exit code ${code}`;
      const error = new AppError(
        'unavailable',
        `The process that runs the model "${id}" (${config.gguf}) ended (${how})${said()}. The next call starts it again; if that repeats, check the file and the free memory.`,
        { details: { endpoint: id } },
      );
      loading.reject(error);
      for (const { reject } of pending.values()) reject(error);
      pending.clear();
      resolve();
    });
  });
  child.once('error', loading.reject);
  child.on('message', (raw) => receive(FromChild.parse(raw), pending, { id, config, loading }));
  tell(child, { type: 'load', config, name });
  try {
    await loading.promise;
  } catch (error) {
    await end(child, exited);
    throw error;
  }
  return { ask: asking(child, pending), pid: child.pid, exited, close: () => end(child, exited) };
}

function receive(
  message: FromChild,
  pending: Map<number, Pending>,
  start: { id: string; config: LlamaConfig; loading: PromiseWithResolvers<void> },
): void {
  switch (message.type) {
    case 'loaded':
      start.loading.resolve();
      return;
    case 'unloadable': {
      const files =
        start.config.lora === undefined ? start.config.gguf : `${start.config.gguf} with ${start.config.lora}`;
      start.loading.reject(
        new AppError('unavailable', `The model "${start.id}" cannot be loaded from ${files}: ${message.message}`),
      );
      return;
    }
    case 'text':
      pending.get(message.id)?.onText?.(message.text);
      return;
    case 'reply':
      pending.get(message.id)?.resolve(message.reply);
      pending.delete(message.id);
      return;
    case 'failure':
      pending
        .get(message.id)
        ?.reject(
          new AppError(
            isErrorCode(message.code) ? message.code : 'unavailable',
            `The model "${start.id}": ${message.message}`,
          ),
        );
      pending.delete(message.id);
  }
}

function asking(child: ChildProcess, pending: Map<number, Pending>): LlamaProcess['ask'] {
  let asked = 0;
  return ({ request, seed, signal, onText }) => {
    const id = ++asked;
    const { promise, resolve, reject } = Promise.withResolvers<ChatReply>();
    const abort = (): void => {
      tell(child, { type: 'abort', id });
      pending.delete(id);
      reject(signal?.reason);
    };
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    signal?.addEventListener('abort', abort, { once: true });
    pending.set(id, { resolve, reject, onText });
    tell(child, { type: 'ask', id, request, seed, stream: onText !== undefined });
    return promise.finally(() => signal?.removeEventListener('abort', abort));
  };
}

/** A child that is gone is noticed by its exit event; the message has nobody to reach then. */
function tell(child: ChildProcess, message: ToChild): void {
  if (child.connected) child.send(message, () => undefined);
}

/** Keeps the end of what the child writes to its error output, for the message when it dies. */
function keepTail(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-2000);
  });
  return () => {
    const line = tail.trim().split('\n').slice(-3).join(' ').slice(-400);
    return line === '' ? '' : `: ${line}`;
  };
}

async function end(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), closeMs);
  await exited;
  clearTimeout(timer);
}
