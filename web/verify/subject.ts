import { toHex, utf8 } from './bytes.ts';
import { sha256 } from './hash.ts';

/** The chain of all events of a log that concern no example (CTS §3.2): a version 8 UUID of the log's name. */
export async function systemSubject(origin: string): Promise<string> {
  const bytes = (await sha256(utf8(`cts-subject/v1\n${origin}\nsystem`))).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
