export type Slots = {
  /** Runs work once a slot is free, first come first served. Rejects with the signal's reason while still waiting. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
};

/** Lets at most `count` pieces of work run at the same time. */
export function createSlots(count: number): Slots {
  let free = count;
  const waiting = new Set<() => void>();

  const take = (signal?: AbortSignal): Promise<void> | undefined => {
    signal?.throwIfAborted();
    if (free > 0) {
      free--;
      return undefined;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      waiting.delete(enter);
      reject(signal?.reason);
    };
    const enter = (): void => {
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    signal?.addEventListener('abort', leave, { once: true });
    waiting.add(enter);
    return promise;
  };

  const give = (): void => {
    const [next] = waiting;
    if (next === undefined) {
      free++;
      return;
    }
    waiting.delete(next);
    next();
  };

  return {
    run: async (work, signal) => {
      await take(signal);
      try {
        return await work();
      } finally {
        give();
      }
    },
  };
}
