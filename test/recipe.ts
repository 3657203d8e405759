import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RecipeHead, RecipePart } from '../src/training/recipe/schema.ts';
import type { TestApp } from './app.ts';

export type ReceivedRecipe = { head: RecipeHead; files: ReadonlyMap<string, string> };

/** Asks the application for a recipe as its client does; the files by their paths. */
export async function askRecipe(app: TestApp, input: object): Promise<ReceivedRecipe> {
  const { status, body } = await app.as('engineer').send('POST', '/v1/training/recipes', input);
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
  const [first = '', ...rest] = String(body).split('\n').filter(Boolean);
  const head = RecipeHead.parse(JSON.parse(first));
  const files = new Map(head.files.map(({ path }) => [path, '']));
  for (const line of rest) {
    const { path, text } = RecipePart.parse(JSON.parse(line));
    files.set(path, `${files.get(path) ?? ''}${text}`);
  }
  return { head, files };
}

/** Writes the files of a recipe to a directory, as the command does. */
export async function unpack({ files }: ReceivedRecipe, directory: string): Promise<string> {
  for (const [path, text] of files) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  return directory;
}
