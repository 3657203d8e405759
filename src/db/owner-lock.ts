import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  const own = `${path}.${randomUUID()}`;
  // Linked into place whole: a lock without its process id would look like a dead owner's.
  writeFileSync(own, `${process.pid}\n${startTime(process.pid)}\n`, { mode: 0o600, flag: 'wx' });
  try {
    take(path, own, (pid) => {
      throw new AppError('conflict', inUse(directory, pid), { details: { pid: Number(pid) } });
    });
  } finally {
    rmSync(own, { force: true });
  }
  return { release: () => rmSync(path, { force: true }) };
}

/**
 * Puts a link to `own` at the path. The lock of a dead owner is replaced only by whoever holds a lock named after that
 * owner, so that of several processes that find it dead, none removes the new lock of another.
 */
function take(path: string, own: string, refuse: (pid: string) => never): void {
  for (let attempt = 0; attempt < 20; attempt++) {
    if (linked(own, path)) return;
    const found = contentOf(path);
    if (found === undefined) continue; // released since
    const [pid = '', started = ''] = found.split('\n');
    if (isAlive(Number(pid), started)) refuse(pid);
    const claim = `${path}.${Number(pid)}-${Number(started)}`;
    take(claim, own, refuse);
    try {
      if (contentOf(path) === found) rmSync(path);
      if (linked(own, path)) return;
    } finally {
      rmSync(claim, { force: true });
    }
  }
  throw new AppError('conflict', `The owner lock ${path} is taken and released again and again by another process.`);
}

function linked(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
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
