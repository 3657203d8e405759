import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { canonicalJson } from '../../core/canonical-json.ts';
import { AppError } from '../../core/error.ts';
import { utf8 } from '../bytes.ts';
import { replaceFile, syncDirectory } from '../durable-file.ts';
import {
  damagedKeyFile,
  isRecord,
  readSecret,
  readSecretRecord,
  type SecretRecord,
  writeSecret,
} from '../keys/secret-file.ts';
import { openBytes, sealBytes } from './sealed-bytes.ts';

/** A chain's data key as the database keeps it: sealed under one version of the vault's key. */
export type WrappedKey = { readonly version: number; readonly wrapped: Uint8Array };

/**
 * Holds the key that all data keys are wrapped under. Contents are gone for good once their data key is destroyed and
 * the vault has moved on: copies of the database made before hold that key under a version that no longer exists.
 */
export type Vault = {
  /** The version new keys are wrapped under. */
  version(): number;
  /** True after an interrupted `rotate`: the file holds an old key beside the new one. */
  rotating(): boolean;
  /** A new data key for a chain. */
  newKey(subject: string): { key: Uint8Array; wrapped: WrappedKey };
  /** The data key; throws check_failed where the wrapping is of a version this vault does not hold, or was altered. */
  unwrap(subject: string, wrapped: WrappedKey): Uint8Array;
  /**
   * Moves to a new version: writes a file with old and new key, lets `rewrap` bring every kept data key to the new one,
   * then forgets the old. Interrupted, it goes on where it was when called again.
   */
  rotate(rewrap: (toNewest: (subject: string, wrapped: WrappedKey) => WrappedKey) => Promise<void>): Promise<void>;
};

/** Canonical JSON {"v":"cts-vault/1","keys":[{"version", and the key as `secret-file.ts` writes it}]}, oldest first. */
const fileVersion = 'cts-vault/1';
const plainName = 'key';

type VersionedKey = { readonly version: number; readonly key: Uint8Array };

/** Starts a vault in a new file, sealed if a passphrase is given; throws conflict if the file exists. */
export async function createVault(path: string, passphrase?: string): Promise<Vault> {
  if (existsSync(path)) throw new AppError('conflict', `${path} exists already; a key is never overwritten.`);
  const keys = [{ version: 1, key: randomBytes(32) }];
  await writeKeys(path, keys, passphrase);
  return vaultOf(path, keys, passphrase);
}

/** The vault of a file. Errors as those of other key files. */
export async function openVault(path: string, passphrase?: string): Promise<Vault> {
  const { keys } = await readSecretRecord(path, fileVersion);
  if (!Array.isArray(keys) || keys.length === 0) throw damagedKeyFile(path, 'it holds no key');
  const opened: VersionedKey[] = [];
  for (const entry of keys) opened.push(await readKey(isRecord(entry) ? entry : {}, path, passphrase));
  return vaultOf(path, opened, passphrase);
}

async function readKey(entry: SecretRecord, path: string, passphrase?: string): Promise<VersionedKey> {
  const { version } = entry;
  if (typeof version !== 'number') throw damagedKeyFile(path, 'a key has no version');
  return { version, key: await readSecret(entry, { plainName, bound: boundTo(version), passphrase, path }) };
}

async function writeKeys(path: string, keys: readonly VersionedKey[], passphrase?: string): Promise<void> {
  const entries: SecretRecord[] = [];
  for (const { version, key } of keys)
    entries.push({ version, ...(await writeSecret(key, { plainName, bound: boundTo(version), passphrase })) });
  await replaceFile(path, `${canonicalJson({ v: fileVersion, keys: entries })}\n`, 0o600);
  await syncDirectory(dirname(path));
}

function boundTo(version: number): Uint8Array {
  return utf8(`${fileVersion} ${version}`);
}

function vaultOf(path: string, initial: readonly VersionedKey[], passphrase?: string): Vault {
  let keys = initial;
  const newest = (): VersionedKey => keys.at(-1) as VersionedKey; // never empty
  const wrap = (subject: string, key: Uint8Array): WrappedKey => {
    const { version, key: outer } = newest();
    return { version, wrapped: sealBytes(outer, key, utf8(subject)) };
  };
  const unwrap = (subject: string, { version, wrapped }: WrappedKey): Uint8Array => {
    const outer = keys.find((one) => one.version === version);
    const key = outer === undefined ? undefined : openBytes(outer.key, wrapped, utf8(subject));
    if (key === undefined)
      throw new AppError(
        'check_failed',
        `The data key of ${subject} does not open under version ${version} of ${path}: database and keys do not belong together, or one was altered.`,
      );
    return key;
  };
  return {
    version: () => newest().version,
    rotating: () => keys.length > 1,
    newKey: (subject) => {
      const key = randomBytes(32);
      return { key, wrapped: wrap(subject, key) };
    },
    unwrap,
    rotate: async (rewrap) => {
      if (keys.length === 1) {
        const next = [newest(), { version: newest().version + 1, key: randomBytes(32) }];
        await writeKeys(path, next, passphrase);
        keys = next;
      }
      await rewrap((subject, wrapped) => wrap(subject, unwrap(subject, wrapped)));
      const last = [newest()];
      await writeKeys(path, last, passphrase);
      keys = last;
    },
  };
}
