import { mkdir, open, rename } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname, join } from 'node:path';
import { isMissing } from './tile-source.ts';

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
 * a power cut leaves is certain only after `syncDirectory` on its directory.
 */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** Writes many files under one directory; they are durable only once `commit` has returned. */
export type FileBatch = {
  write(path: string, content: Uint8Array): Promise<void>;
  commit(): Promise<void>;
};

/** A batch of files with paths relative to `root`; directories are made as needed and each synchronised once. */
export function createFileBatch(root: string): FileBatch {
  const touched = new Set<string>();
  return {
    write: async (path, content) => {
      const absolute = join(root, path);
      try {
        await replaceFile(absolute, content);
      } catch (error) {
        if (!isMissing(error)) throw error;
        await makeDirectory(dirname(absolute), touched);
        await replaceFile(absolute, content);
      }
      touched.add(dirname(absolute));
    },
    commit: async () => {
      await Promise.all([...touched].map(syncDirectory));
      touched.clear();
    },
  };
}

/** Makes a directory and marks every directory that got a new entry by it. */
async function makeDirectory(path: string, touched: Set<string>): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let at = path; at.length >= first.length; at = dirname(at)) touched.add(dirname(at));
}
