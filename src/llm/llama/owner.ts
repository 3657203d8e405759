import type { LlamaProcess } from './process.ts';

/** An idle model gives its memory back after this time; loading it again takes less than a second for a small one. */
const defaultIdleMs = 60_000;

export type Owner = { use<T>(work: (llama: LlamaProcess) => Promise<T>): Promise<T>; close(): Promise<void> };

/** Starts a process when it is needed, keeps it while it is used and for a while after, and starts anew after it ended. */
export function createOwner(start: () => Promise<LlamaProcess>, idleMs = defaultIdleMs): Owner {
  let current: Promise<LlamaProcess> | undefined;
  let users = 0;
  let timer: NodeJS.Timeout | undefined;

  const close = async (): Promise<void> => {
    clearTimeout(timer);
    const closing = current;
    current = undefined;
    await closing?.then(
      (llama) => llama.close(),
      () => undefined, // it never ran; whoever asked for it was told
    );
  };

  const obtain = (): Promise<LlamaProcess> => {
    if (current !== undefined) return current;
    const starting = start();
    current = starting;
    const forget = (): void => {
      if (current === starting) current = undefined;
    };
    starting.then((llama) => llama.exited.then(forget), forget);
    return starting;
  };

  return {
    use: async (work) => {
      clearTimeout(timer);
      users++;
      try {
        return await work(await obtain());
      } finally {
        users--;
        if (users === 0) timer = setTimeout(close, idleMs).unref();
      }
    },
    close,
  };
}
