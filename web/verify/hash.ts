import { type Bytes, concat, utf8 } from './bytes.ts';

/** 32 bytes of SHA-256. */
export type Hash = Bytes;

export async function sha256(data: Bytes): Promise<Hash> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', data));
}

/** RFC 6962 §2.1: SHA-256(0x00 ‖ data). */
export function leafHash(data: Uint8Array): Promise<Hash> {
  return sha256(concat(Uint8Array.of(0), data));
}

/** RFC 6962 §2.1: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Hash, right: Hash): Promise<Hash> {
  return sha256(concat(Uint8Array.of(1), left, right));
}

/** SHA-256("cts-commit/v1\n" ‖ salt ‖ envelope): what a leaf shows of an envelope (CTS §3.1). */
export function commitmentTo(envelope: Bytes, salt: Bytes): Promise<Hash> {
  return sha256(concat(utf8('cts-commit/v1\n'), salt, envelope));
}
