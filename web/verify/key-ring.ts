import { type Bytes, concat, fromBase64, toHex } from './bytes.ts';
import { VerifyError } from './fault.ts';
import { type Data, textAt } from './fields.ts';
import { sha256 } from './hash.ts';
import { type LogKey, vkeyOf } from './vkey.ts';

/** The keys of a log, oldest first; each counts for the positions from `from` up to the change that retired it. */
export type KeyRing = readonly { readonly key: LogKey; readonly from: number }[];

/** DER in front of the 32 raw bytes of an Ed25519 key (RFC 8410): a keyid is the SHA-256 over both. */
const publicPrefix = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

export function foundingRing(key: LogKey): KeyRing {
  return [{ key, from: 0 }];
}

export function newestKey(ring: KeyRing): LogKey | undefined {
  return ring.at(-1)?.key;
}

/** The keys that may have signed the event at that position; for one without a position, all. */
export function keysAt(ring: KeyRing, index: number | undefined): LogKey[] {
  return ring
    .filter(({ from }, at) => index === undefined || (from <= index && index < (ring[at + 1]?.from ?? Infinity)))
    .map(({ key }) => key);
}

/**
 * The ring behind a `key.rotated` event (CTS §4.2) that the newest key has signed at that position: the new key counts
 * for the leaves behind it. Throws key-malformed if the event names no key, or retires another one than the newest.
 */
export async function rotated(ring: KeyRing, data: Data, index: number): Promise<KeyRing> {
  const newest = newestKey(ring);
  const publicKey = fromBase64(textAt(data, 'publicKey') ?? '');
  if (newest === undefined || publicKey?.length !== 32) throw new VerifyError('key-malformed', String(index));
  const fits = data.keyid === (await keyidOf(publicKey)) && data.retires === (await keyidOf(newest.publicKey));
  if (!fits) throw new VerifyError('key-malformed', String(index));
  return [...ring, { key: await vkeyOf(newest.name, publicKey), from: index + 1 }];
}

async function keyidOf(publicKey: Bytes): Promise<string> {
  return toHex(await sha256(concat(publicPrefix, publicKey)));
}
