/**
 * Runs work over all items, at most `concurrency` at the same time. After the first error or an abort nothing new is
 * started; what runs is let finish, then the error is thrown.
 */
export async function runEach<T>(
  items: Iterable<T>,
  work: (item: T) => Promise<void>,
  concurrency: number,
  signal?: AbortSignal,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  let failure: { error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (failure === undefined && signal?.aborted !== true) {
      const next = queue.next();
      if (next.done === true) return;
      try {
        await work(next.value);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  if (failure !== undefined) throw failure.error;
  signal?.throwIfAborted();
}
