import { readFile } from 'node:fs/promises';
import { AppError, messageOf } from '../core/error.ts';
import { type Policy, parsePolicy } from '../ledger/checkpoints/policy.ts';

/** The policy of a file that the user gives; throws invalid_input where it cannot be read. */
export async function readPolicyFile(path: string): Promise<Policy> {
  const file = await readFile(path).catch((error: unknown) => {
    throw new AppError('invalid_input', `The policy file ${path} cannot be read: ${messageOf(error)}`);
  });
  return parsePolicy(file);
}
