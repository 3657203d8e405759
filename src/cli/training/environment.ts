import type { EnvironmentProgress } from '../../training/engine/environment.ts';
import type { Terminal } from '../terminal.ts';

/** Says each step of installing the Python environment once, without pip's own lines. */
export function environmentProgress(terminal: Terminal): (progress: EnvironmentProgress) => void {
  return ({ step, steps, label, line }) => {
    if (line === undefined) terminal.say(`  ${step}/${steps} ${label} …`);
  };
}
