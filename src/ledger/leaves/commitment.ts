import { randomBytes } from 'node:crypto';
import { AppError } from '../../core/error.ts';
import { sha256 } from '../../core/hash.ts';
import { asPlain, concat, sameBytes, utf8 } from '../bytes.ts';
import type { Hash } from '../tree/tree.ts';

const prefix = utf8('cts-commit/v1\n');
const saltBytes = 32;

/** 32 fresh random bytes: without them a commitment says nothing about its envelope. */
export function newSalt(): Uint8Array {
  return randomBytes(saltBytes);
}

/** SHA-256("cts-commit/v1\n" ‖ salt ‖ envelope): what a leaf shows of an envelope. */
export function commitmentTo(envelope: Uint8Array, salt: Uint8Array): Hash {
  if (salt.length !== saltBytes) {
    throw new AppError('invalid_input', `A commitment's salt has ${saltBytes} bytes, not ${salt.length}.`);
  }
  return asPlain(sha256(concat(prefix, salt, envelope)));
}

/** True if the commitment is to this envelope under this salt; false for a salt of another length. */
export function opensCommitment(commitment: Hash, envelope: Uint8Array, salt: Uint8Array): boolean {
  return salt.length === saltBytes && sameBytes(commitmentTo(envelope, salt), commitment);
}
