import { timingSafeEqual } from 'node:crypto';

/** Standard base64 with padding (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('base64');
}

/** The bytes of standard padded base64; undefined for any other spelling of them (no padding, white space, stray bits). */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64'); // skips what is not base64, so that the result is shorter than it should be
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const whole = text.length % 4 === 0 && bytes.length === (text.length / 4) * 3 - padding;
  if (!whole || text.includes('-') || text.includes('_')) return undefined;
  const last = bytes.length - (bytes.length % 3 || 3);
  return bytes.toString('base64', Math.max(last, 0)) === text.slice(-4) ? asPlain(bytes) : undefined;
}

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('hex');
}

/** UTF-8 bytes of a string. */
export function utf8(text: string): Uint8Array {
  return asPlain(Buffer.from(text, 'utf8'));
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of UTF-8 bytes, byte order mark kept; undefined if they are not valid UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined; // the decoder throws for nothing else
  }
}

/** The parts, one after the other. */
export function concat(...parts: Uint8Array[]): Uint8Array {
  return asPlain(Buffer.concat(parts));
}

/** True if both hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The value of a decimal without sign or leading zero, at most 2^53−1; undefined for anything else. */
export function parseDecimal(text: string): number | undefined {
  if (!/^(0|[1-9]\d{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The same memory, but not as a Buffer, whose `slice` copies nothing and which compares unequal to a plain array. */
export function asPlain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
