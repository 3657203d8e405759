import { AppError } from '../../core/error.ts';
import { concat } from '../bytes.ts';
import type { Hash } from '../tree/tree.ts';

/** Longest leaf this project writes. The format allows 65,535 bytes; a leaf here is a commitment, not content. */
export const maxLeafBytes = 1024;

const hashBytes = 32;

/** The bytes of a hash tile: its hashes, one after the other. */
export function encodeHashTile(hashes: readonly Hash[]): Uint8Array {
  return concat(...hashes);
}

/** The hashes of a tile of that width; throws check_failed if the file has another length. */
export function decodeHashTile(bytes: Uint8Array, width: number, path: string): Hash[] {
  if (bytes.length !== width * hashBytes) {
    throw damaged(path, `it has ${bytes.length} bytes where ${width} hashes take ${width * hashBytes}`);
  }
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * hashBytes, (i + 1) * hashBytes));
}

/** The bytes of an entry bundle: each leaf behind its length in two bytes, most significant first. */
export function encodeEntries(leaves: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const leaf of leaves) {
    refuseLongLeaf(leaf);
    parts.push(Uint8Array.of(leaf.length >> 8, leaf.length & 0xff), leaf);
  }
  return concat(...parts);
}

/** Throws too_large for a leaf over 1,024 bytes. */
export function refuseLongLeaf(leaf: Uint8Array): void {
  if (leaf.length > maxLeafBytes) {
    throw new AppError(
      'too_large',
      `A log leaf has at most ${maxLeafBytes} bytes; this one has ${leaf.length}. Log a commitment instead.`,
    );
  }
}

/** The `count` leaves of a bundle; throws check_failed if it is cut short or goes on behind them. */
export function decodeEntries(bytes: Uint8Array, count: number, path: string): Uint8Array[] {
  const leaves: Uint8Array[] = [];
  let at = 0;
  while (leaves.length < count) {
    const [high, low] = bytes.subarray(at, at + 2);
    if (high === undefined || low === undefined)
      throw damaged(path, `it ends after ${leaves.length} of ${count} entries`);
    const end = at + 2 + high * 256 + low;
    if (end > bytes.length) throw damaged(path, `entry ${leaves.length} is cut short`);
    leaves.push(bytes.subarray(at + 2, end));
    at = end;
  }
  if (at !== bytes.length) throw damaged(path, `${bytes.length - at} bytes follow its ${count} entries`);
  return leaves;
}

/** The error for a tile file that is not what the tree needs. */
export function damaged(path: string, why: string): AppError {
  return new AppError('check_failed', `The log file ${path} is damaged: ${why}. Restore it from a copy of the log.`, {
    details: { path },
  });
}
