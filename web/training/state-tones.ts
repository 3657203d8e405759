import type { RunState } from '../../src/training/schema.ts';
import type { Tone } from '../ui/tag.tsx';

export const stateTones: Partial<Record<RunState, Tone>> = {
  running: 'busy',
  succeeded: 'good',
  failed: 'bad',
  stopped: 'warn',
};
