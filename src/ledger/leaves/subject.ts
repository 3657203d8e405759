import { randomUUID } from 'node:crypto';
import { sha256 } from '../../core/hash.ts';
import { asPlain, toHex, utf8 } from '../bytes.ts';

/** The chain of one example: a random UUID (version 4), so that it tells nothing and can be forgotten. */
export function newExampleSubject(): string {
  return randomUUID();
}

/**
 * The chain of events that concern no example (rubrics, roles, keys, releases, models): a version 8 UUID anyone can
 * compute, the first 16 bytes of SHA-256("cts-subject/v1\n" ‖ origin ‖ "\n" ‖ scope) with version and variant set
 * (RFC 9562 §5.8). One scope, `system`, keeps all of them in one gapless chain, so that none can be left out.
 */
export function scopeSubject(origin: string, scope: string): string {
  const bytes = asPlain(sha256(utf8(`cts-subject/v1\n${origin}\n${scope}`))).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The scope of all events that concern no example. */
export const systemScope = 'system';
