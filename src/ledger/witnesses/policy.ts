import { readFile } from 'node:fs/promises';
import { AppError, messageOf } from '../../core/error.ts';
import { type Policy, parsePolicy } from '../checkpoints/policy.ts';
import { formatVkey, type VerifierKey } from '../checkpoints/vkey.ts';

/** The witnesses that a log asks, and how many of them it needs. */
export type WitnessPolicy = Pick<Policy, 'witnesses' | 'quorum'> & {
  /** Witness, group and quorum lines of the file, as its author wrote them. */
  readonly lines: string;
};

/** A log that asks nobody. */
export const noWitnesses: WitnessPolicy = { witnesses: [], quorum: { kind: 'none' }, lines: 'quorum none\n' };

/**
 * The witnesses of a C2SP policy file. Its log lines are passed over: what log it is, the workspace says. Throws
 * invalid_input for a file that breaks the format, or a witness without an http or https address.
 */
export async function readWitnessPolicy(path: string): Promise<WitnessPolicy> {
  const file = await readFile(path).catch((error: unknown) => {
    throw new AppError('invalid_input', `The witness policy ${path} cannot be read: ${messageOf(error)}`);
  });
  const { witnesses, quorum } = parsePolicy(file);
  for (const { name, url } of witnesses)
    if (url === undefined || !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
      throw new AppError('invalid_input', `${path}: the witness ${name} needs an http or https address on its line.`);
  const kept = file
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(witness|group|quorum)[ \t]/.test(line));
  return { witnesses, quorum, lines: kept.map((line) => `${line}\n`).join('') };
}

/** The policy file that trusts these keys of a log, under the witnesses' quorum. */
export function policyText(logKeys: readonly VerifierKey[], { lines }: WitnessPolicy): string {
  return `${logKeys.map((key) => `log ${formatVkey(key)}\n`).join('')}${lines}`;
}
