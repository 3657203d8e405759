import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { AppError, messageOf } from '../core/error.ts';
import { endpointFiles, filePath } from './model.ts';
import type { RegisterInput } from './schema.ts';

/**
 * Reads every declared file that is on this machine and compares its digest. Returns whether all of them were there;
 * files of a server elsewhere may be missing, files that llama.cpp is to read here may not. Throws `invalid_input` for
 * those and `check_failed` for a file with another digest than declared.
 */
export async function verifyFiles(
  root: string,
  input: Pick<RegisterInput, 'name' | 'files' | 'endpoint'>,
): Promise<boolean> {
  const needed = endpointFiles(input.endpoint).map((path) => filePath(root, path));
  const declared = new Map(input.files.map((file) => [filePath(root, file.path), file.sha256]));
  for (const path of needed)
    if (!declared.has(path))
      throw new AppError('invalid_input', `${input.name}: the endpoint reads ${path}, which is not among its files.`);
  let complete = true;
  for (const [path, sha256] of declared) {
    const found = await digestOf(path);
    if (found === undefined) {
      if (needed.includes(path))
        throw new AppError('invalid_input', `${input.name}: there is no file ${path}, which its endpoint reads.`);
      complete = false;
    } else if (found !== sha256)
      throw new AppError('check_failed', `${input.name}: ${path} has the SHA-256 ${found}, not ${sha256} as declared.`);
  }
  return complete;
}

/** SHA-256 of a file, or undefined when there is none. */
async function digestOf(path: string): Promise<string | undefined> {
  try {
    if (!(await stat(path)).isFile()) throw new AppError('invalid_input', `${path} is not a file.`);
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new AppError('invalid_input', `${path} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
