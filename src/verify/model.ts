import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError, messageOf } from '../core/error.ts';
import { openEnvelope } from '../ledger/attestations/dsse.ts';
import { modelFiles } from '../ledger/attestations/model-signature.ts';
import { decodeStatement, statementPayloadType } from '../ledger/attestations/statement.ts';
import type { Policy } from '../ledger/checkpoints/policy.ts';
import { keyFingerprint } from '../ledger/keys/ed25519.ts';
import { readPolicyFile } from './policy-file.ts';

/** changed: other bytes than signed · missing: signed and not there · unsigned: there and not signed · link: a symbolic link. */
export type ModelFault = { readonly file: string; readonly problem: 'changed' | 'missing' | 'unsigned' | 'link' };

export type ModelReport = {
  readonly v: 'cts-model-report/1';
  readonly result: 'passed' | 'failed';
  readonly exitCode: 0 | 1;
  readonly model: string;
  /** The root digest of the statement: SHA-256 over the digests of its files. */
  readonly digest: string;
  /** The name of the key that signed, as the policy has it. */
  readonly signer: string;
  readonly files: number;
  readonly faults: readonly ModelFault[];
};

export type VerifyModelOptions = {
  /** The statement: a DSSE envelope. */
  readonly signature: string;
  /** Keys that are trusted: a policy file. A statement carries none of its own. */
  readonly policy: string;
  /** Files that the statement does not name are passed over. */
  readonly ignoreUnsigned?: boolean;
};

/**
 * Compares a model's directory, or its only file, with a signed statement about its files. Throws `check_failed` where the
 * statement itself was altered or not signed by a key of the policy, `invalid_input` for what cannot be read.
 */
export async function verifyModel(path: string, options: VerifyModelOptions): Promise<ModelReport> {
  const policy = await readPolicyFile(options.policy);
  const envelope = await readFile(options.signature).catch((error: unknown) => {
    throw new AppError('invalid_input', `The signature ${options.signature} cannot be read: ${messageOf(error)}`);
  });
  const { statement, signer } = openStatement(envelope, policy);
  const signed = new Map(modelFiles(statement).map(({ name, sha256 }) => [name, sha256]));
  const own = new Set(await Promise.all([options.signature, options.policy].map((file) => realpath(file))));
  const found = await filesAt(path, own);
  const faults: ModelFault[] = [];
  for (const { name, file, link } of found) {
    const expected = signed.get(name);
    if (link && (expected !== undefined || options.ignoreUnsigned !== true))
      faults.push({ file: name, problem: 'link' });
    else if (expected === undefined) {
      if (options.ignoreUnsigned !== true) faults.push({ file: name, problem: 'unsigned' });
    } else if ((await digestOf(file)) !== expected) faults.push({ file: name, problem: 'changed' });
  }
  const there = new Set(found.map((one) => one.name));
  for (const name of signed.keys()) if (!there.has(name)) faults.push({ file: name, problem: 'missing' });
  const [subject] = statement.subject;
  return {
    v: 'cts-model-report/1',
    result: faults.length === 0 ? 'passed' : 'failed',
    exitCode: faults.length === 0 ? 0 : 1,
    model: subject?.name ?? '',
    digest: subject?.digest.sha256 ?? '',
    signer,
    files: signed.size,
    faults,
  };
}

function openStatement(envelope: Uint8Array, policy: Policy) {
  const keys = policy.logs.map(({ key }) => ({ keyid: keyFingerprint(key.publicKey), publicKey: key.publicKey, key }));
  const { payload, payloadType, signers } = openEnvelope(envelope, keys);
  if (payloadType !== statementPayloadType)
    throw new AppError(
      'check_failed',
      `The signature holds ${payloadType}, not a statement (${statementPayloadType}).`,
    );
  const signer = keys.find((one) => signers.some((by) => by.keyid === one.keyid))?.key.name ?? '';
  return { statement: decodeStatement(payload), signer };
}

type Found = { name: string; file: string; link: boolean };

/** The files of a directory by their paths within it, or the one file by its name; in the order of their names. */
async function filesAt(path: string, leaveOut: ReadonlySet<string>): Promise<Found[]> {
  const top = await lstat(path).catch((error: unknown) => {
    throw new AppError('invalid_input', `${path} cannot be read: ${messageOf(error)}`);
  });
  if (!top.isDirectory()) return [{ name: basename(path), file: path, link: top.isSymbolicLink() }];
  const found: Found[] = [];
  const walk = async (directory: string, prefix: string): Promise<void> => {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      const file = join(directory, entry.name);
      const name = `${prefix}${entry.name}`;
      if (entry.isDirectory()) await walk(file, `${name}/`);
      else if (entry.isSymbolicLink()) found.push({ name, file, link: true });
      else if (!leaveOut.has(await realpath(file))) found.push({ name, file, link: false });
    }
  };
  await walk(path, '');
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk);
  } catch (error) {
    throw new AppError('invalid_input', `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  return hash.digest('hex');
}

const words: Record<ModelFault['problem'], string> = {
  changed: 'has other bytes than those signed',
  missing: 'is signed, and is not there',
  unsigned: 'is there, and is not signed',
  link: 'is a symbolic link; files themselves are signed',
};

/** The report for people. */
export function modelText(report: ModelReport): string {
  return [
    `Model ${report.model}, ${report.digest}: ${report.files} ${report.files === 1 ? 'file' : 'files'} signed by ${report.signer}.`,
    ...report.faults.map(({ file, problem }) => `  ${file} ${words[problem]}`),
    report.result === 'passed' ? 'Verified: these are the files that were signed.' : 'NOT the model that was signed.',
    '',
  ].join('\n');
}
