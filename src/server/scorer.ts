import type { Log, Scorer } from '../context/context.ts';
import type { Workspace } from '../context/workspace.ts';
import { startScorer } from '../training/engine/scorer-process.ts';
import { type Config, pythonEnvironment } from './config.ts';

/** The scorer of the training engine's environment, started when it is first asked. */
export function openScorer(workspace: Workspace, config: Config, log: Log): Scorer & { close(): Promise<void> } {
  return startScorer({ environment: pythonEnvironment(workspace, config), log: (line) => log('info', line) });
}
