import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { concat } from '../bytes.ts';

const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM under a random nonce: nonce, box, tag. `bound` is authenticated with it. */
export function sealBytes(key: Uint8Array, plain: Uint8Array, bound: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound);
  return concat(nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag());
}

/** What `sealBytes` sealed; undefined if it was altered or is of another key. */
export function openBytes(key: Uint8Array, sealed: Uint8Array, bound: Uint8Array): Uint8Array | undefined {
  if (sealed.length < nonceBytes + tagBytes) return undefined;
  const end = sealed.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes)).setAAD(bound);
  decipher.setAuthTag(sealed.subarray(end));
  try {
    return concat(decipher.update(sealed.subarray(nonceBytes, end)), decipher.final());
  } catch {
    return undefined; // the tag does not fit; nothing else can fail here
  }
}
