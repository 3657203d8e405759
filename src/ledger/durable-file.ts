import { mkdir, open, rename } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname, resolve } from 'node:path';
import { isMissing } from './tiles/source.ts';

/** Makes a directory's entries (new and renamed files) survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  if (platform() === 'win32') return; // directories cannot be opened there; NTFS journals its entries
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/**
 * Replaces a file so that a reader, or a crash, sees the old content or the new one, never part of it. Which of the two
 * a power cut leaves is certain only after `syncDirectory` on its directory. `mode` is that of a new file, less the
 * process's umask.
 */
export async function replaceFile(path: string, content: Uint8Array | string, mode = 0o666): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** Makes a directory, with those above it as needed, so that a power cut cannot take it away again. */
export async function makeDirectory(path: string): Promise<void> {
  const absolute = resolve(path);
  const first = await mkdir(absolute, { recursive: true });
  if (first === undefined) return;
  for (let at = absolute; at.length >= first.length; at = dirname(at)) await syncDirectory(dirname(at));
}

/** Writes files under one directory; what was written is durable once `commit` has returned. */
export type FileBatch = {
  write(path: string, content: Uint8Array): Promise<void>;
  commit(): Promise<void>;
};

/** Batches of files with paths relative to `root`, one after the other; directories are made as needed. */
export function createFileBatch(root: string): FileBatch {
  const touched = new Set<string>();
  // Directories known to be durable themselves. One found on disk may be left from a crash before it became so.
  const settled = new Set([resolve(root)]);
  return {
    write: async (path, content) => {
      const absolute = resolve(root, path);
      try {
        await replaceFile(absolute, content);
      } catch (error) {
        if (!isMissing(error)) throw error;
        await mkdir(dirname(absolute), { recursive: true });
        await replaceFile(absolute, content);
      }
      touched.add(dirname(absolute));
    },
    commit: async () => {
      const made = new Set<string>();
      for (const path of touched) {
        for (let at = path; !settled.has(at) && !made.has(at); at = dirname(at)) made.add(at);
      }
      await Promise.all([...new Set([...touched, ...[...made].map(dirname)])].map(syncDirectory));
      for (const path of made) settled.add(path);
      touched.clear();
    },
  };
}
