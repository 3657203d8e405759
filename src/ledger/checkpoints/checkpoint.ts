import { AppError } from '../../core/error.ts';
import { fromBase64, parseDecimal, sameBytes, toBase64 } from '../bytes.ts';
import { emptyRoot, type Hash } from '../tree/tree.ts';
import { openNote, type VerifiedSignature } from './note.ts';
import type { VerifierKey } from './vkey.ts';

/** The state of a log: how many leaves and the root over them. */
export type Head = { readonly size: number; readonly root: Hash };

/** A C2SP tlog-checkpoint v1.0.0. Extension lines are read, never written: not every cosignature covers them. */
export type Checkpoint = Head & { readonly origin: string; readonly extensions: readonly string[] };

/** The text a log signs: origin, size in decimal, root in base64, a newline behind each. */
export function checkpointText(origin: string, { size, root }: Head): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** The checkpoint in a note's text; throws check_failed if it is none (sizes beyond 2^53−1 included). */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.includes('')) throw malformed('every line must be non-empty and end with a newline');
  const [origin, sizeLine, rootLine, ...extensions] = lines;
  if (origin === undefined || sizeLine === undefined || rootLine === undefined)
    throw malformed('it has fewer than three lines');
  const size = parseDecimal(sizeLine);
  if (size === undefined) throw malformed(`${JSON.stringify(sizeLine)} is not a tree size in plain decimal`);
  const root = fromBase64(rootLine);
  if (root?.length !== 32) throw malformed(`${JSON.stringify(rootLine)} is not a root hash in base64`);
  return { origin, size, root, extensions };
}

export type OpenedCheckpoint = Checkpoint & {
  /** The log's and any other known keys' signatures, in the order of the lines. */
  readonly signatures: readonly VerifiedSignature[];
};

/**
 * The checkpoint of a signed note, if the log's key signed it and its origin is that key's name. Signatures of
 * `others` (witnesses) are verified too and returned. Throws check_failed otherwise.
 */
export function openCheckpoint(
  note: Uint8Array | string,
  log: VerifierKey,
  others: readonly VerifierKey[] = [],
): OpenedCheckpoint {
  const { text, signatures } = openNote(note, [log, ...others]);
  if (!signatures.some((signature) => signature.key === log)) {
    throw new AppError('check_failed', `The checkpoint is not signed by the log ${log.name}.`);
  }
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== log.name) {
    throw new AppError(
      'check_failed',
      `The checkpoint is of the log ${JSON.stringify(checkpoint.origin)}, not of ${log.name}.`,
    );
  }
  if (checkpoint.size === 0 && !sameBytes(checkpoint.root, emptyRoot())) {
    throw new AppError(
      'check_failed',
      'The checkpoint says that the log is empty, but its root is not that of an empty log.',
    );
  }
  return { ...checkpoint, signatures };
}

function malformed(why: string): AppError {
  return new AppError('check_failed', `Not a log checkpoint: ${why}.`);
}
