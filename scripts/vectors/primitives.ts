// What the vectors need of cryptography and trees, written from the specifications on Node's built-ins alone: the
// vectors must not come from the code that they test.
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';

export type Case = { id: string; input: unknown; expected?: unknown; why?: string };

/** A file of docs/spec/vectors. */
export type Vectors = {
  name: string;
  spec: string;
  source: string;
  encoding: string;
  /** Members of every input that does not bring its own. */
  shared?: object;
  cases: Case[];
  mustReject?: Case[];
};

export function sha256(...parts: (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function hex(text: string): string {
  return sha256(text).toString('hex');
}

/** RFC 6962 §2.1, as it is defined there. */
export function treeHash(leaves: readonly string[]): Buffer {
  if (leaves.length === 0) return sha256('');
  if (leaves.length === 1) return sha256(Buffer.of(0), leaves[0] ?? '');
  const k = splitPoint(leaves.length);
  return sha256(Buffer.of(1), treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)));
}

/** RFC 6962 §2.1.1, PATH(m, D[n]). */
export function auditPath(m: number, leaves: readonly string[]): Buffer[] {
  if (leaves.length <= 1) return [];
  const k = splitPoint(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m < k ? [...auditPath(m, left), treeHash(right)] : [...auditPath(m - k, right), treeHash(left)];
}

/** RFC 6962 §2.1.2, PROOF(m, D[n]) for 0 < m ≤ n. */
export function consistencyPath(m: number, leaves: readonly string[], whole = true): Buffer[] {
  if (m === leaves.length) return whole ? [] : [treeHash(leaves)];
  const k = splitPoint(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m <= k
    ? [...consistencyPath(m, left, whole), treeHash(right)]
    : [...consistencyPath(m - k, right, false), treeHash(left)];
}

function splitPoint(n: number): number {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

/** An Ed25519 key of a seed of 32 equal bytes: for tests only. */
export function testKey(fill: number): { publicKey: Buffer; sign(message: string | Uint8Array): Buffer } {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, fill)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { publicKey, sign: (message) => sign(null, Buffer.from(message), key) };
}

/** Key id and vkey of C2SP signed-note. */
export function noteKey(name: string, algorithm: number, publicKey: Uint8Array): { id: Buffer; vkey: string } {
  const material = Buffer.concat([Buffer.of(algorithm), publicKey]);
  const id = sha256(`${name}\n`, material).subarray(0, 4);
  return { id, vkey: `${name}+${id.toString('hex')}+${material.toString('base64')}` };
}

/** Standard base64 with the last unused bits set: other text, same bytes for a lenient reader. */
export function strayBits(base64: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const at = base64.replaceAll('=', '').length - 1;
  return `${base64.slice(0, at)}${alphabet[alphabet.indexOf(base64[at] ?? '') + 1]}${base64.slice(at + 1)}`;
}
