import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../context/workspace.ts';
import { AppError } from '../core/error.ts';

/** Where a local workspace keeps the operator's token, readable by its owner only. */
export function operatorTokenFile(workspace: Workspace): string {
  return join(workspace.keys, 'operator.token');
}

/** The operator's token of a local workspace. `not_signed_in` where it is missing. */
export function operatorToken(workspace: Workspace): string {
  const path = operatorTokenFile(workspace);
  if (!existsSync(path))
    throw new AppError('not_signed_in', `${path} is missing. Give a token in SAFEMED_TOKEN, or restore the file.`);
  return readFileSync(path, 'utf8').trim();
}
