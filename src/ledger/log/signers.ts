import { logNoteSigner, type NoteSigner, parseNote } from '../checkpoints/note.ts';
import { sameSigner } from '../checkpoints/vkey.ts';
import type { Signer } from '../keys/ed25519.ts';

/** Who signs a log's checkpoints: its key, then former keys while readers change over. */
export type CheckpointSigners = readonly [NoteSigner, ...NoteSigner[]];

/** All under one name, the log's origin. */
export function checkpointSigners(
  origin: string,
  [first, ...others]: readonly [Signer, ...Signer[]],
): CheckpointSigners {
  return [logNoteSigner(origin, first), ...others.map((signer) => logNoteSigner(origin, signer))];
}

/** True if the note is over this text and has the lines of exactly these signers. The signatures are not verified. */
export function isSignedBy(note: string, text: string, signers: CheckpointSigners): boolean {
  if (!note.startsWith(`${text}\n`)) return false;
  const { signatures } = parseNote(note);
  return (
    signatures.length === signers.length &&
    signers.every(({ key }) => signatures.some((signature) => sameSigner(key, signature)))
  );
}
