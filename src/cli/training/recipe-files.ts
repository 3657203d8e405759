import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AppError, messageOf } from '../../core/error.ts';
import { RecipeHead, RecipePart } from '../../training/recipe/schema.ts';
import { splitLines } from '../../verify/lines.ts';

/** Files of another recipe must not mix with this one's. */
export async function refuseUsed(directory: string): Promise<void> {
  if (!existsSync(directory)) return;
  const found = await readdir(directory).catch((error: unknown) => {
    throw new AppError('invalid_input', `${directory} is no directory: ${messageOf(error)}. Choose another --out.`);
  });
  if (found.length > 0)
    throw new AppError('invalid_input', `${directory} holds files already: choose a directory that is new or empty.`);
}

/**
 * Writes the files of a recipe as they come, compares them with the head's digests, and only then gives their directory its
 * name. `unavailable` where something is missing or other than promised.
 */
export async function receiveRecipe(response: Response, out: string): Promise<RecipeHead> {
  const partial = `${out}.partial`;
  await rm(partial, { recursive: true, force: true });
  try {
    const lines = splitLines(bytesOf(response), 'the recipe');
    const head = RecipeHead.parse(JSON.parse((await lines.next()).value?.bytes.toString('utf8') ?? 'null'));
    const hashes = new Map(head.files.map(({ path }) => [path, createHash('sha256')]));
    for (const { path } of head.files) {
      await mkdir(dirname(inside(partial, path)), { recursive: true });
      await appendFile(inside(partial, path), '');
    }
    for await (const { bytes } of lines) {
      const { path, text } = RecipePart.parse(JSON.parse(bytes.toString('utf8')));
      hashes.get(path)?.update(text);
      await appendFile(inside(partial, path), text);
    }
    const torn = head.files.find(({ path, sha256 }) => hashes.get(path)?.digest('hex') !== sha256);
    if (torn !== undefined)
      throw new AppError('unavailable', `${torn.path} of the recipe did not arrive whole; run the command again.`);
    await rm(out, { recursive: true, force: true }); // empty, or refused before
    await rename(partial, out);
    return head;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function* bytesOf({ body }: Response): AsyncGenerator<Buffer> {
  if (body !== null) for await (const chunk of body) yield Buffer.from(chunk);
}

/** A path of the recipe under a directory; whatever would leave it is refused. */
function inside(directory: string, path: string): string {
  const full = resolve(directory, path);
  if (!/^[\w./-]+$/.test(path) || !full.startsWith(`${directory}/`))
    throw new AppError('internal', `The server named a file outside of the recipe: ${JSON.stringify(path)}.`);
  return full;
}
