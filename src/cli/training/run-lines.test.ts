import { expect, test } from 'vitest';
import type { TrainingRun } from '../../training/schema.ts';
import { runLines } from './run-lines.ts';

function ended(adapter: string, args: Record<string, unknown>): string {
  const result = {
    ...{ rows: 8, truncated: 0, steps: 6, seconds: 9, metrics: {}, trainedOn: [] },
    ...{ adapter: { sha256: adapter }, reference: `adapter ${'a'.repeat(64)}`, args },
  };
  // only what is told of a run
  return runLines({ name: 'g', stage: 'grpo', state: 'succeeded', result } as unknown as TrainingRun).join('\n');
}

test('a run that ended as it began says that nothing was learnt, and why where completions were masked', () => {
  expect(ended('b'.repeat(64), {})).not.toContain('NOTHING WAS LEARNT');
  expect(ended('a'.repeat(64), {})).toMatch(/NOTHING WAS LEARNT: these weights are those that it began with\.$/);
  expect(ended('a'.repeat(64), { mask_truncated_completions: true })).toContain('max_completion_length');
});
