import { createHash, hash } from 'node:crypto';

/** SHA-256 of bytes or of the UTF-8 bytes of a string, lower-case hex (64 characters). */
export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex');
}

/** SHA-256 of the concatenation of the parts, 32 bytes. */
export function sha256(...parts: (Uint8Array | string)[]): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return hash('sha256', first, 'buffer');
  const state = createHash('sha256');
  for (const part of parts) state.update(part);
  return state.digest();
}
