import { expect, test } from 'vitest';
import { LlamaConfig } from '../schema.ts';
import { divide, threadsToUse } from './lanes.ts';

const config = (more: object) => LlamaConfig.parse({ type: 'llama', gguf: 'model.gguf', ...more });

test('a model never gets more threads than the machine has', () => {
  expect(threadsToUse(config({ threads: 64 }), 2)).toBe(2);
  expect(threadsToUse(config({ threads: 1 }), 2)).toBe(1);
});

test('by default a small machine gives each sequence one thread, a large one keeps a processor free', () => {
  const threads = [1, 2, 4, 16].map((processors) => threadsToUse(config({ sequences: 2 }), processors));
  expect(threads).toEqual([1, 2, 2, 15]);
});

test.each([
  [1, 1, 1],
  [8, 2, 2],
  [3, 2, 2],
  [1, 8, 1],
  [16, 15, 4],
])('%i sequences and %i threads are divided without rest over %i contexts', (sequences, threads, lanes) => {
  const parts = divide(sequences, threads);
  expect(parts.length).toBe(lanes);
  expect(parts.reduce((sum, part) => sum + part.sequences, 0)).toBe(sequences);
  expect(parts.reduce((sum, part) => sum + part.threads, 0)).toBe(threads);
  expect(parts.every((part) => part.sequences > 0 && part.threads > 0)).toBe(true);
});
