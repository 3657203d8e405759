import { availableParallelism } from 'node:os';
import { againstOf, type CheckSetup } from './check-setup.ts';
import { type CheckThread, startThread } from './check-worker.ts';
import { checkRecord, type RecordInput } from './record-check.ts';
import { factsOf, type RecordFacts } from './record-facts.ts';

/** Checks records, as many at a time as the machine can; the caller takes the results in whatever order it likes. */
export type CheckPool = {
  check(input: RecordInput): Promise<RecordFacts>;
  /** Sends off what still waits for its batch to fill. */
  flush(): void;
  /** Records that may wait for their result before the next is given: keeps all threads busy and memory bounded. */
  readonly depth: number;
  /** Whether records are checked beside this thread; else nothing is gained by doing other things meanwhile. */
  readonly threaded: boolean;
  close(): Promise<void>;
};

const batchSize = 32;
/** Starting threads takes longer than checking so many records. */
export const worthThreads = 2000;
const maxThreads = 8;

export function openPool(setup: CheckSetup, records: number): CheckPool {
  return records < worthThreads ? inlinePool(setup) : threadPool(setup);
}

function inlinePool(setup: CheckSetup): CheckPool {
  const against = againstOf(setup);
  return {
    check: async (input) => factsOf(await checkRecord(input, against), setup.seal.index),
    flush: () => undefined,
    depth: 1,
    threaded: false,
    close: async () => undefined,
  };
}

type Waiting = { input: RecordInput; resolve: (facts: RecordFacts) => void; reject: (error: unknown) => void };

function threadPool(setup: CheckSetup): CheckPool {
  const threads = Array.from({ length: Math.min(availableParallelism(), maxThreads) }, () => startThread(setup));
  let batch: Waiting[] = [];
  let turn = 0;
  const flush = (): void => {
    const sent = batch;
    batch = [];
    const thread = threads[turn++ % threads.length];
    if (sent.length > 0 && thread !== undefined) send(thread, sent);
  };
  return {
    check: (input) =>
      new Promise((resolve, reject) => {
        batch.push({ input, resolve, reject });
        if (batch.length === batchSize) flush();
      }),
    flush,
    depth: threads.length * batchSize * 3,
    threaded: true,
    close: async () => {
      for (const thread of threads) await thread.close();
    },
  };
}

function send(thread: CheckThread, batch: readonly Waiting[]): void {
  thread.check(batch.map((one) => one.input)).then(
    (facts) => {
      for (const [i, one] of batch.entries()) one.resolve(facts[i] as RecordFacts); // one result for each input
    },
    (error: unknown) => {
      for (const one of batch) one.reject(error);
    },
  );
}
