import type { LlamaContext, LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import type { LlamaConfig } from '../schema.ts';
import { createSlots } from '../slots.ts';

/** Up to here a machine is taken for a small, busy one: see `threadsToUse`. */
const fewProcessors = 4;

/** More contexts than this would each read all weights for themselves; large models then starve on memory bandwidth. */
const mostLanes = 4;

type Sequence = { lane: number; sequence: LlamaContextSequence };

export type Lanes = {
  /** Runs work with a sequence of its own, chosen so that as much as possible of the prompt is already evaluated in it. */
  run<T>(prompt: Token[], signal: AbortSignal, work: (sequence: LlamaContextSequence) => Promise<T>): Promise<T>;
};

/**
 * Threads for a model: as configured, but never more than the machine has for us, with which llama.cpp crawls. By default
 * one per sequence on a small machine, so that no thread waits in a busy loop for one that lost its processor; on a
 * larger one all but one, which is left to the rest of the program.
 */
export function threadsToUse(config: LlamaConfig, processors: number): number {
  if (config.threads !== undefined) return Math.min(config.threads, processors);
  return processors <= fewProcessors ? Math.min(config.sequences, processors) : processors - 1;
}

/** How the sequences and threads are divided: contexts, and for each its sequences and threads. */
export function divide(sequences: number, threads: number): { sequences: number; threads: number }[] {
  const lanes = Math.min(sequences, threads, mostLanes);
  const share = (total: number, i: number): number => Math.floor(total / lanes) + (i < total % lanes ? 1 : 0);
  return Array.from({ length: lanes }, (_, i) => ({ sequences: share(sequences, i), threads: share(threads, i) }));
}

/**
 * Several contexts side by side, rather than one with all threads: llama.cpp's threads wait for each other in busy loops
 * many times per token, and when another process takes one of the processors a context on all of them slows down
 * twentyfold, while contexts with a thread each only share the processor fairly.
 */
export async function openLanes(model: LlamaModel, config: LlamaConfig, threads: number): Promise<Lanes> {
  const idle: Sequence[] = [];
  const load: number[] = [];
  for (const [lane, part] of divide(config.sequences, threads).entries()) {
    const context = await openContext(model, config, part);
    load.push(0);
    for (let i = 0; i < part.sequences; i++) idle.push({ lane, sequence: context.getSequence() });
  }
  const slots = createSlots(config.sequences);

  const choose = (prompt: Token[]): Sequence => {
    const ranked = idle
      .map((entry) => ({ entry, load: load[entry.lane] ?? 0, shared: shared(entry.sequence, prompt) }))
      .sort((a, b) => a.load - b.load || b.shared - a.shared);
    const best = ranked[0]?.entry;
    if (best === undefined) throw new Error('no sequence is idle although a slot is free');
    idle.splice(idle.indexOf(best), 1);
    return best;
  };

  return {
    run: (prompt, signal, work) =>
      slots.run(async () => {
        const chosen = choose(prompt);
        load[chosen.lane] = (load[chosen.lane] ?? 0) + 1;
        try {
          return await work(chosen.sequence);
        } finally {
          load[chosen.lane] = (load[chosen.lane] ?? 0) - 1;
          idle.push(chosen);
        }
      }, signal),
  };
}

function openContext(
  model: LlamaModel,
  config: LlamaConfig,
  part: { sequences: number; threads: number },
): Promise<LlamaContext> {
  return model.createContext({
    contextSize: config.contextSize,
    sequences: part.sequences,
    threads: { ideal: part.threads, min: part.threads },
    ...(config.lora === undefined ? {} : { lora: config.lora }),
  });
}

function shared(sequence: LlamaContextSequence, prompt: Token[]): number {
  return sequence.compareContextTokens(prompt).firstDifferentIndex;
}
