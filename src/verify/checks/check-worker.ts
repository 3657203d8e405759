import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { messageOf } from '../../core/error.ts';
import { againstOf, type CheckSetup } from './check-setup.ts';
import { type Packed, packInputs, unpackInputs } from './packed-input.ts';
import { checkRecord, type RecordInput } from './record-check.ts';
import { factsOf, type RecordFacts } from './record-facts.ts';

/** Marks the threads started here: this module is also loaded by threads that are none of its own. */
const marker = 'cts-verify';

/** A batch needs little; without a bound each thread would let garbage pile up as a whole process may. */
const resourceLimits = { maxYoungGenerationSizeMb: 32, maxOldGenerationSizeMb: 128 };

type Reply = { readonly facts: RecordFacts[] } | { readonly error: string };

/** A thread that checks records. It handles one batch after the other, in the order in which they are given. */
export type CheckThread = {
  check(inputs: readonly RecordInput[]): Promise<RecordFacts[]>;
  close(): Promise<void>;
};

export function startThread(setup: CheckSetup): CheckThread {
  const worker = new Worker(new URL(import.meta.url), { workerData: { marker, setup }, resourceLimits });
  const waiting: { resolve: (facts: RecordFacts[]) => void; reject: (error: Error) => void }[] = [];
  const fail = (error: Error): void => {
    for (const one of waiting.splice(0)) one.reject(error);
  };
  worker.on('message', (reply: Reply) => {
    const one = waiting.shift();
    if ('facts' in reply) one?.resolve(reply.facts);
    else one?.reject(new Error(reply.error));
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('A thread of the verification ended early.')));
  return {
    check: (inputs) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        const packed = packInputs(inputs);
        worker.postMessage(packed, [packed.bytes.buffer]);
      }),
    close: async () => {
      await worker.terminate();
    },
  };
}

async function serve(port: NonNullable<typeof parentPort>, setup: CheckSetup): Promise<void> {
  const against = againstOf(setup);
  let last: Promise<void> = Promise.resolve();
  const answer = async (packed: Packed): Promise<void> => {
    try {
      const facts: RecordFacts[] = [];
      for (const input of unpackInputs(packed))
        facts.push(factsOf(await checkRecord(input, against), setup.seal.index));
      port.postMessage({ facts });
    } catch (error) {
      port.postMessage({ error: messageOf(error) });
    }
  };
  port.on('message', (packed: Packed) => {
    last = last.then(() => answer(packed));
  });
}

if (!isMainThread && parentPort !== null && workerData?.marker === marker) await serve(parentPort, workerData.setup);
