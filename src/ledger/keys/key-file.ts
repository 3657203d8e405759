import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { canonicalJson } from '../../core/canonical-json.ts';
import { AppError, messageOf } from '../../core/error.ts';
import { sameBytes, toBase64 } from '../bytes.ts';
import { syncDirectory } from '../durable-file.ts';
import { type Signer, signerFromSeed } from './ed25519.ts';
import { bytesAt, damagedKeyFile, readSecret, readSecretRecord, writeSecret } from './secret-file.ts';

/**
 * Files of signing keys: canonical JSON {"v":"cts-key/1","algorithm":"ed25519","publicKey", and the seed as
 * `secret-file.ts` writes it}, binary in base64. The public key is bound to the sealed seed.
 */
const version = 'cts-key/1';

/** A new key in a new file, sealed if a passphrase is given. Never overwrites; throws conflict if the file exists. */
export async function createKeyFile(path: string, passphrase?: string): Promise<Signer> {
  const seed = randomBytes(32);
  const signer = signerFromSeed(seed);
  const secret = await writeSecret(seed, { plainName: 'seed', bound: signer.publicKey, passphrase });
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
  const record = await readSecretRecord(path, version);
  if (record.algorithm !== 'ed25519') throw damagedKeyFile(path, 'its algorithm is not ed25519');
  const publicKey = bytesAt(record, 'publicKey', path);
  const seed = await readSecret(record, { plainName: 'seed', bound: publicKey, passphrase, path });
  const signer = signerFromSeed(seed);
  if (!sameBytes(signer.publicKey, publicKey))
    throw damagedKeyFile(path, 'its public and secret parts do not belong together');
  return signer;
}
