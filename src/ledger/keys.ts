import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname } from 'node:path';
import { canonicalJson, type JsonValue, parseStrictJson } from '../core/canonical-json.ts';
import { AppError, messageOf } from '../core/error.ts';
import { concat, fromBase64, sameBytes, toBase64, utf8 } from './bytes.ts';
import { syncDirectory } from './durable-file.ts';
import { type Signer, signerFromSeed } from './ed25519.ts';

/**
 * Key files: canonical JSON
 * {"v":"cts-key/1","algorithm":"ed25519","publicKey",("seed"|"sealed":{"n","r","p","salt","nonce","box"})}, binary in
 * base64. Sealed: AES-256-GCM of the seed (tag behind it) under scrypt(passphrase), the public key as additional data.
 * Unsealed: the seed itself, in a file only its owner can read.
 */
const version = 'cts-key/1';

/** 128 MiB and a few tenths of a second per guess. */
const scryptCost = { n: 2 ** 17, r: 8, p: 1 };
const maxScryptBytes = 2 ** 30;

/** A new key in a new file, sealed if a passphrase is given. Never overwrites; throws conflict if the file exists. */
export async function createKeyFile(path: string, passphrase?: string): Promise<Signer> {
  const seed = randomBytes(32);
  const signer = signerFromSeed(seed);
  const secret =
    passphrase === undefined ? { seed: toBase64(seed) } : { sealed: await seal(seed, signer.publicKey, passphrase) };
  const record = { v: version, algorithm: 'ed25519', publicKey: toBase64(signer.publicKey), ...secret };
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw new AppError(
      'conflict',
      `Cannot create the key file ${path} (${messageOf(error)}); a key is never overwritten.`,
    );
  });
  try {
    await file.writeFile(`${canonicalJson(record)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncDirectory(dirname(path));
  return signer;
}

/** The signer of a key file. Throws forbidden for an unsealed file others can read, or a missing or wrong passphrase. */
export async function openKeyFile(path: string, passphrase?: string): Promise<Signer> {
  const record = await readRecord(path);
  const publicKey = bytesOf(record.publicKey, path);
  const sealed = record.sealed;
  let seed: Uint8Array;
  if (isObject(sealed)) {
    if (passphrase === undefined)
      throw new AppError('forbidden', `The key file ${path} is sealed: give its passphrase.`);
    seed = await unseal(sealed, { publicKey, passphrase, path });
  } else {
    await refuseSharedFile(path);
    seed = bytesOf(record.seed, path);
  }
  const signer = signerFromSeed(seed);
  if (!sameBytes(signer.publicKey, publicKey))
    throw damaged(path, 'its public and secret parts do not belong together');
  return signer;
}

async function seal(
  seed: Uint8Array,
  publicKey: Uint8Array,
  passphrase: string,
): Promise<{ [key: string]: JsonValue }> {
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(passphrase, salt, scryptCost), nonce).setAAD(publicKey);
  const box = concat(cipher.update(seed), cipher.final(), cipher.getAuthTag());
  return { ...scryptCost, salt: toBase64(salt), nonce: toBase64(nonce), box: toBase64(box) };
}

async function unseal(
  sealed: { [key: string]: JsonValue },
  { publicKey, passphrase, path }: { publicKey: Uint8Array; passphrase: string; path: string },
): Promise<Uint8Array> {
  const { n, r, p } = sealed;
  const box = bytesOf(sealed.box, path);
  const nonce = bytesOf(sealed.nonce, path);
  if (typeof n !== 'number' || typeof r !== 'number' || typeof p !== 'number' || 128 * n * r * p > maxScryptBytes) {
    throw damaged(path, 'its scrypt cost is missing or beyond 1 GiB');
  }
  if (nonce.length !== 12 || box.length !== 48) throw damaged(path, 'its sealed part has a wrong length');
  const key = await deriveKey(passphrase, bytesOf(sealed.salt, path), { n, r, p });
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(publicKey).setAuthTag(box.subarray(32));
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

async function readRecord(path: string): Promise<{ [key: string]: JsonValue }> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new AppError('not_found', `Cannot read the key file ${path}: ${messageOf(error)}.`);
  });
  let record: JsonValue;
  try {
    record = parseStrictJson(text);
  } catch (error) {
    throw damaged(path, messageOf(error));
  }
  if (!isObject(record) || record.v !== version || record.algorithm !== 'ed25519')
    throw damaged(path, `it is not ${version}`);
  return record;
}

async function refuseSharedFile(path: string): Promise<void> {
  if (platform() === 'win32') return; // no permission bits there
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    throw new AppError(
      'forbidden',
      `The unsealed key file ${path} can be read by others: run chmod 600 on it, and think of a new key.`,
    );
  }
}

function isObject(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bytesOf(value: JsonValue | undefined, path: string): Uint8Array {
  const bytes = typeof value === 'string' ? fromBase64(value) : undefined;
  if (bytes === undefined) throw damaged(path, 'a field is missing or not base64');
  return bytes;
}

function damaged(path: string, why: string): AppError {
  return new AppError('invalid_input', `The key file ${path} is damaged: ${why}. Restore it from its copy.`);
}
