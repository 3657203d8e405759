import { AppError } from '../../core/error.ts';
import { sha256 } from '../../core/hash.ts';
import { asPlain, concat, fromBase64, sameBytes, toBase64, toHex, utf8 } from '../bytes.ts';

/** Signature types of C2SP signed-note that this project verifies. */
export const ed25519Note = 0x01;
export const ed25519Cosignature = 0x04;

/** A C2SP verifier key: who signs (name and key id together) and with what. */
export type VerifierKey = {
  readonly name: string;
  /** Four bytes. */
  readonly id: Uint8Array;
  readonly algorithm: number;
  readonly publicKey: Uint8Array;
};

/** True for a key name signed-note allows: not empty, no Unicode white space, no plus, no ASCII control character. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[+\p{White_Space}]|[^\u0020-\u{10ffff}]/u.test(name);
}

/** The verifier key of a public key under a name; throws invalid_input for a name signed-note forbids. */
export function verifierKey(name: string, algorithm: number, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name)) {
    throw new AppError(
      'invalid_input',
      `${JSON.stringify(name)} cannot name a key: use a name without spaces and without "+".`,
    );
  }
  const id = asPlain(sha256(concat(utf8(`${name}\n`), Uint8Array.of(algorithm), publicKey))).slice(0, 4);
  return { name, id, algorithm, publicKey };
}

/** `<name>+<key id in hex>+<base64 of algorithm and public key>`. */
export function formatVkey({ name, id, algorithm, publicKey }: VerifierKey): string {
  return `${name}+${toHex(id)}+${toBase64(concat(Uint8Array.of(algorithm), publicKey))}`;
}

/**
 * The key a vkey text names. Throws invalid_input for a malformed text, a key id that does not belong to the key, or a
 * signature type other than the two Ed25519 ones.
 */
export function parseVkey(text: string): VerifierKey {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text);
  const [, name = '', id = '', encoded = ''] = match ?? [];
  const material = fromBase64(encoded);
  const algorithm = material?.[0];
  if (material === undefined || algorithm === undefined || !isKeyName(name)) {
    throw badVkey(text, 'it is not <name>+<8 hex digits>+<base64>');
  }
  if (algorithm !== ed25519Note && algorithm !== ed25519Cosignature) {
    throw badVkey(
      text,
      `signature type ${algorithm} is not supported, only Ed25519 notes (1) and Ed25519 cosignatures (4)`,
    );
  }
  const key = verifierKey(name, algorithm, material.slice(1));
  if (key.publicKey.length !== 32) throw badVkey(text, 'an Ed25519 public key has 32 bytes');
  if (toHex(key.id) !== id) throw badVkey(text, `its key id should be ${toHex(key.id)}; a part of it was altered`);
  return key;
}

/** True if both are the same signer: same name and same key id. */
export function sameSigner(a: Pick<VerifierKey, 'name' | 'id'>, b: Pick<VerifierKey, 'name' | 'id'>): boolean {
  return a.name === b.name && sameBytes(a.id, b.id);
}

function badVkey(text: string, why: string): AppError {
  return new AppError('invalid_input', `Not a usable verifier key, ${JSON.stringify(text.slice(0, 120))}: ${why}.`);
}
