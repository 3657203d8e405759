import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { type JsonValue, parseStrictJson } from '../../core/canonical-json.ts';
import { AppError, messageOf } from '../../core/error.ts';
import { concat, fromBase64, toBase64, utf8 } from '../bytes.ts';

/** Key material on disk: JSON records whose secrets are sealed under a passphrase, or readable by their owner only. */
export type SecretRecord = { readonly [key: string]: JsonValue };

/** 128 MiB and a few tenths of a second per guess. */
const scryptCost = { n: 2 ** 17, r: 8, p: 1 };
const maxScryptBytes = 2 ** 30;

/**
 * 32 secret bytes as members of a record: {"sealed":{"n","r","p","salt","nonce","box"}} under a passphrase (AES-256-GCM
 * under scrypt, tag behind the box, `bound` as additional data), else under the plain name.
 */
export async function writeSecret(
  secret: Uint8Array,
  { plainName, bound, passphrase }: { plainName: string; bound: Uint8Array; passphrase: string | undefined },
): Promise<SecretRecord> {
  if (passphrase === undefined) return { [plainName]: toBase64(secret) };
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(passphrase, salt, scryptCost), nonce).setAAD(bound);
  const box = concat(cipher.update(secret), cipher.final(), cipher.getAuthTag());
  return { sealed: { ...scryptCost, salt: toBase64(salt), nonce: toBase64(nonce), box: toBase64(box) } };
}

/** The secret bytes of a record. Throws forbidden for a file others can read, or a missing or wrong passphrase. */
export async function readSecret(
  record: SecretRecord,
  from: { plainName: string; bound: Uint8Array; passphrase: string | undefined; path: string },
): Promise<Uint8Array> {
  const { plainName, path, passphrase } = from;
  const { sealed } = record;
  if (!isRecord(sealed)) {
    await refuseSharedFile(path);
    return bytesAt(record, plainName, path);
  }
  if (passphrase === undefined) throw new AppError('forbidden', `The key file ${path} is sealed: give its passphrase.`);
  return unseal(sealed, { ...from, passphrase });
}

async function unseal(
  sealed: SecretRecord,
  { bound, passphrase, path }: { bound: Uint8Array; passphrase: string; path: string },
): Promise<Uint8Array> {
  const { n, r, p } = sealed;
  const box = bytesAt(sealed, 'box', path);
  const nonce = bytesAt(sealed, 'nonce', path);
  if (typeof n !== 'number' || typeof r !== 'number' || typeof p !== 'number' || 128 * n * r * p > maxScryptBytes)
    throw damagedKeyFile(path, 'its scrypt cost is missing or beyond 1 GiB');
  if (nonce.length !== 12 || box.length !== 48) throw damagedKeyFile(path, 'its sealed part has a wrong length');
  const key = await deriveKey(passphrase, bytesAt(sealed, 'salt', path), { n, r, p });
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(bound).setAuthTag(box.subarray(32));
  try {
    return concat(decipher.update(box.subarray(0, 32)), decipher.final());
  } catch {
    throw new AppError(
      'forbidden',
      `The key file ${path} does not open: the passphrase is wrong or the file was altered.`,
    );
  }
}

function deriveKey(passphrase: string, salt: Uint8Array, { n, r, p }: typeof scryptCost): Promise<Buffer> {
  const options = { N: n, r, p, maxmem: 2 * maxScryptBytes };
  return new Promise((resolve, reject) => {
    scrypt(utf8(passphrase.normalize('NFC')), salt, 32, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

/** The record in a key file; throws not_found without one, invalid_input for anything but that version. */
export async function readSecretRecord(path: string, version: string): Promise<SecretRecord> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new AppError('not_found', `Cannot read the key file ${path}: ${messageOf(error)}.`);
  });
  let record: JsonValue;
  try {
    record = parseStrictJson(text);
  } catch (error) {
    throw damagedKeyFile(path, messageOf(error));
  }
  if (!isRecord(record) || record.v !== version) throw damagedKeyFile(path, `it is not ${version}`);
  return record;
}

async function refuseSharedFile(path: string): Promise<void> {
  if (platform() === 'win32') return; // no permission bits there
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0)
    throw new AppError(
      'forbidden',
      `The unsealed key file ${path} can be read by others: run chmod 600 on it, and think of a new key.`,
    );
}

/** The bytes of a base64 member; throws invalid_input where it is missing or none. */
export function bytesAt(record: SecretRecord, name: string, path: string): Uint8Array {
  const value = record[name];
  const bytes = typeof value === 'string' ? fromBase64(value) : undefined;
  if (bytes === undefined) throw damagedKeyFile(path, 'a field is missing or not base64');
  return bytes;
}

export function isRecord(value: JsonValue | undefined): value is SecretRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function damagedKeyFile(path: string, why: string): AppError {
  return new AppError('invalid_input', `The key file ${path} is damaged: ${why}. Restore it from its copy.`);
}
