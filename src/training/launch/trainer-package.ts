import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { sha256Hex } from '../../core/hash.ts';
import { trainerDirectory } from '../engine/environment.ts';
import { isThere } from './shared-directory.ts';
import { type ZipEntry, zip } from './zip.ts';

const packageName = 'safemed_trainer';

/** The trainer's Python files, in the order of their names. */
async function trainerFiles(): Promise<ZipEntry[]> {
  const root = join(trainerDirectory, packageName);
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = found.filter((entry) => entry.isFile() && entry.name.endsWith('.py'));
  const files = paths.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const name = relative(trainerDirectory, path).replaceAll(sep, '/');
    return { name, content: await readFile(path) };
  });
  return (await Promise.all(files)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The trainer as a ZIP file whose root is to be the working directory, and its digest. */
export async function trainerZip(): Promise<{ bytes: Buffer; sha256: string }> {
  const bytes = zip(await trainerFiles());
  return { bytes, sha256: sha256Hex(bytes) };
}

/** Copies the trainer to the shared disk, once for each version, and returns the directory to start it in. */
export async function shareTrainer(shared: string): Promise<string> {
  const files = await trainerFiles();
  const directory = join(shared, 'trainer', sha256Hex(zip(files)));
  if (await isThere(directory)) return directory;
  const part = `${directory}.${process.pid}.part`;
  for (const { name, content } of files) {
    await mkdir(dirname(join(part, name)), { recursive: true });
    await writeFile(join(part, name), content);
  }
  await rename(part, directory).catch(async (error: unknown) => {
    await rm(part, { recursive: true, force: true });
    if (!(await isThere(directory))) throw error; // else another program was first
  });
  return directory;
}
