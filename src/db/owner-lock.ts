import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../core/error.ts';

export type OwnerLock = { release(): void };

const workspaceInUse = (directory: string, pid: string): string =>
  `The workspace ${directory} is in use by process ${pid}. Stop it, or let this command use it with --server URL.`;

/**
 * Takes a directory's owner lock: a file with the process id, created exclusively. Two processes on one embedded
 * database lose rows silently, so this is taken before the database is opened. A lock left by a dead process is
 * replaced; a live owner gives `conflict`, with the message that `inUse` makes (default: that of a workspace).
 */
export function takeOwnerLock(directory: string, inUse = workspaceInUse): OwnerLock {
  const path = join(directory, 'owner.lock');
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, `${process.pid}\n${startTime(process.pid)}\n`);
      closeSync(file);
      return { release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const [pid, started] = readFileSync(path, 'utf8').split('\n');
    if (isAlive(Number(pid), started ?? ''))
      throw new AppError('conflict', inUse(directory, pid ?? ''), { details: { pid: Number(pid) } });
    rmSync(path, { force: true });
  }
  throw new AppError('conflict', `The owner lock ${path} is taken and released again and again by another process.`);
}

function isAlive(pid: number, started: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  // A process id is reused after a while: the start time tells the owner from a stranger with its number.
  return started === '' || startTime(pid) === started;
}

/** Start time of a process in clock ticks (Linux), or an empty string where the system does not tell. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return ''; // no /proc here: the process id alone decides
  }
}
