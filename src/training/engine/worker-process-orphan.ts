import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../core/error.ts';
import { runCommand } from './environment-command.ts';
import { isAlive } from './environment-lock.ts';

/** The file that holds the number of the worker training in a directory; the worker keeps it locked while it lives. */
export function pidFile(directory: string): string {
  return join(directory, 'worker.pid');
}

/**
 * Ends a worker that an earlier, killed parent left training in the directory: asked to stop, it writes a checkpoint,
 * so nothing it did is lost. Killed if it does not stop in time. Does nothing where none is left.
 */
export async function stopOrphan(directory: string, graceMs: number): Promise<void> {
  const pid = Number(await readFile(pidFile(directory), 'utf8').catch(() => ''));
  if (!(pid > 0) || !isAlive(pid) || !(await isWorkerOf(pid, directory))) return;
  signalGroup(pid, 'SIGTERM');
  if (await ended(pid, graceMs)) return;
  signalGroup(pid, 'SIGKILL');
  if (await ended(pid, 10_000)) return;
  throw new AppError(
    'conflict',
    `Process ${pid} still trains in ${directory} and cannot be ended; end it, then retry.`,
  );
}

/** Signals the worker and whatever it started; false when it is gone. */
export function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Numbers of dead processes are given out again: only a process whose command line names this directory is ours. */
async function isWorkerOf(pid: number, directory: string): Promise<boolean> {
  const command = existsSync('/proc/self/cmdline')
    ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    : await runCommand('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => '');
  return command.includes('safemed_trainer') && command.includes(directory);
}

async function ended(pid: number, withinMs: number): Promise<boolean> {
  const end = Date.now() + withinMs;
  while (Date.now() < end) {
    if (!isAlive(pid)) return true;
    await sleep(100);
  }
  return !isAlive(pid);
}
