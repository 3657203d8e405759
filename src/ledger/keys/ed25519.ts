import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { AppError } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import { concat, toHex } from '../bytes.ts';

/** Whoever holds an Ed25519 key: a key file here, a key management service elsewhere. */
export type Signer = {
  /** The 32 bytes of RFC 8032. */
  readonly publicKey: Uint8Array;
  /** The 64-byte Ed25519 signature of the message. */
  sign(message: Uint8Array): Promise<Uint8Array>;
};

/** DER in front of the 32 raw bytes (RFC 8410): SubjectPublicKeyInfo and PKCS #8 private key. */
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Verifying many signatures of few keys is the common case; making a key object costs as much as a verification. */
const knownKeys = new Map<string, KeyObject>();
const maxKnownKeys = 1024;

/** True if the signature is the key's over the message; false for keys and signatures of a wrong length. */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  return verify(null, message, publicKeyObject(publicKey), signature);
}

/** A signer for an RFC 8032 seed (32 bytes). */
export function signerFromSeed(seed: Uint8Array): Signer {
  if (seed.length !== 32) throw new AppError('invalid_input', `An Ed25519 seed has 32 bytes, not ${seed.length}.`);
  const key = createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    publicKey: new Uint8Array(spki.subarray(publicPrefix.length)),
    sign: async (message) => sign(null, message, key),
  };
}

/** SHA-256 in hex of the key's DER SubjectPublicKeyInfo: what `openssl pkey -pubin -outform der | sha256sum` prints. */
export function keyFingerprint(publicKey: Uint8Array): string {
  return sha256Hex(concat(publicPrefix, publicKey));
}

function publicKeyObject(publicKey: Uint8Array): KeyObject {
  const name = toHex(publicKey);
  const known = knownKeys.get(name);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: Buffer.concat([publicPrefix, publicKey]), format: 'der', type: 'spki' });
  if (knownKeys.size >= maxKnownKeys) knownKeys.clear();
  knownKeys.set(name, key);
  return key;
}
