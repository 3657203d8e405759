import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { AppError, messageOf } from '../core/error.ts';
import { endpointFiles, filePath } from './model.ts';
import type { ModelFile, RegisterInput } from './schema.ts';

/**
 * Reads every declared file that is on this machine and compares its digest. Files that llama.cpp is to read here must be
 * here, as the model's own or as those of a model it was trained from; files of a server elsewhere may be missing. Returns
 * whether all of its own files were there. Throws `invalid_input` for a missing file and `check_failed` for a file with
 * another digest than declared.
 */
export async function verifyFiles(
  root: string,
  input: Pick<RegisterInput, 'name' | 'files' | 'endpoint'>,
  inherited: readonly ModelFile[],
): Promise<boolean> {
  const needed = endpointFiles(input.endpoint).map((path) => filePath(root, path));
  const own = new Map(input.files.map((file) => [filePath(root, file.path), file.sha256]));
  const known = new Map([...inherited.map((file) => [filePath(root, file.path), file.sha256] as const), ...own]);
  const undeclared = needed.find((path) => !known.has(path));
  if (undeclared !== undefined)
    throw new AppError(
      'invalid_input',
      `${input.name}: the endpoint reads ${undeclared}, which is neither among its files nor among those of its base.`,
    );
  let complete = true;
  for (const path of new Set([...own.keys(), ...needed])) {
    const found = await digestOf(path);
    const declared = known.get(path);
    if (found === undefined && needed.includes(path))
      throw new AppError('invalid_input', `${input.name}: there is no file ${path}, which its endpoint reads.`);
    if (found === undefined) complete = false;
    else if (found !== declared)
      throw new AppError(
        'check_failed',
        `${input.name}: ${path} has the SHA-256 ${found}, not ${declared} as declared.`,
      );
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
