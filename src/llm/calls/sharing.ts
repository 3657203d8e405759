type Shared<T> = { result: Promise<T>; waiting: number; controller: AbortController };

export type Sharing<T> = {
  /** Starts work for a key, or joins the work already under way for it. */
  share(key: string, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Resolves when no work is under way any more. */
  settled(): Promise<void>;
};

/**
 * Lets equal requests share one piece of work. Whoever aborts leaves with the signal's reason; the work itself is
 * aborted only when nobody waits for it any more.
 */
export function createSharing<T>(): Sharing<T> {
  const underWay = new Map<string, Shared<T>>();
  const unfinished = new Set<Promise<unknown>>();

  const done = (finished: Promise<void>): void => {
    unfinished.delete(finished);
  };

  const start = (key: string, work: (signal: AbortSignal) => Promise<T>): Shared<T> => {
    const controller = new AbortController();
    const forget = (): void => {
      if (underWay.get(key) === shared) underWay.delete(key);
    };
    const shared: Shared<T> = { result: work(controller.signal).finally(forget), waiting: 0, controller };
    const finished: Promise<void> = shared.result.then(
      () => done(finished),
      () => done(finished), // whoever waits sees the error; nobody may be left
    );
    unfinished.add(finished);
    underWay.set(key, shared);
    return shared;
  };

  return {
    settled: async () => {
      while (unfinished.size > 0) await Promise.all(unfinished);
    },
    share: (key, signal, work) => {
      if (signal?.aborted === true) return Promise.reject(signal.reason);
      const shared = underWay.get(key) ?? start(key, work);
      shared.waiting++;
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          shared.waiting--;
          reject(signal?.reason);
          if (shared.waiting > 0) return;
          underWay.delete(key);
          shared.controller.abort(signal?.reason);
        };
        signal?.addEventListener('abort', leave, { once: true });
        shared.result.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave));
      });
    },
  };
}
