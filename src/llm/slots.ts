export type Slots = {
  /** Waits for a free slot, first come first served; the result gives it back. Rejects with the signal's reason. */
  take(signal?: AbortSignal): Promise<() => void>;
  /** Runs work in a slot. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
};

/** Lets at most `count` pieces of work run at the same time. */
export function createSlots(count: number): Slots {
  let free = count;
  const waiting = new Set<() => void>();

  const give = (): void => {
    const [next] = waiting;
    if (next === undefined) free++;
    else next();
  };

  const turn = (signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(enter);
        reject(signal?.reason);
      };
      const enter = (): void => {
        waiting.delete(enter);
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      signal?.addEventListener('abort', leave, { once: true });
      waiting.add(enter);
    });

  const take = async (signal?: AbortSignal): Promise<() => void> => {
    signal?.throwIfAborted();
    if (free > 0) free--;
    else await turn(signal);
    let held = true;
    return () => {
      if (held) give();
      held = false;
    };
  };

  const run = async <T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const release = await take(signal);
    try {
      return await work();
    } finally {
      release();
    }
  };

  return { take, run };
}
