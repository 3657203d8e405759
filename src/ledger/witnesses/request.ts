import { AppError, messageOf } from '../../core/error.ts';
import { fromBase64, fromUtf8, parseDecimal, sameBytes, toBase64 } from '../bytes.ts';
import { type Checkpoint, type Head, parseCheckpoint } from '../checkpoints/checkpoint.ts';
import { openNote, parseNote, withLinesOf } from '../checkpoints/note.ts';
import type { VerifierKey } from '../checkpoints/vkey.ts';
import { verifyConsistency } from '../tree/proof.ts';
import { emptyRoot, type Hash } from '../tree/tree.ts';

/** C2SP tlog-witness: what a log sends to a witness, and what the witness must answer. Pure; nothing is kept here. */

/** The body of add-checkpoint; nothing in it is verified. */
export type AddCheckpoint = {
  /** The size that the sender believes the witness to know; 0 for none. */
  readonly oldSize: number;
  /** Consistency proof from that size to the checkpoint's; at most 63 hashes. */
  readonly proof: readonly Hash[];
  /** The signed note, verbatim. */
  readonly checkpoint: string;
};

/** No tree of fewer than 2^63 leaves needs more. */
const maxProofLines = 63;

/** Content type of the size that a witness answers when the old size is not the one it knows. */
export const sizeContentType = 'text/x.tlog.size';

/** The body that carries it. */
export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  const lines = [`old ${oldSize}`, ...proof.map((hash) => toBase64(hash))];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** The parts of a body; throws invalid_input for a malformed one. */
export function parseAddCheckpoint(body: Uint8Array): AddCheckpoint {
  const text = fromUtf8(body);
  if (text === undefined) throw malformed('it is not UTF-8');
  const blank = text.indexOf('\n\n');
  if (blank < 0) throw malformed('no empty line stands before the checkpoint');
  const [first = '', ...lines] = text.slice(0, blank).split('\n');
  const oldSize = first.startsWith('old ') ? parseDecimal(first.slice(4)) : undefined;
  if (oldSize === undefined) throw malformed('its first line is not "old <size>"');
  if (lines.length > maxProofLines) throw malformed(`its proof has more than ${maxProofLines} lines`);
  const proof = lines.map((line, i) => {
    const hash = fromBase64(line);
    if (hash?.length !== 32) throw malformed(`line ${i + 2} is not a hash in base64`);
    return hash;
  });
  return { oldSize, proof, checkpoint: text.slice(blank + 2) };
}

/** A checkpoint that a trusted log key signed, with the claim that it extends the old size. */
export type OpenedRequest = {
  readonly origin: string;
  readonly head: Head;
  /** What a witness signs. */
  readonly text: string;
  /** The note with the lines of trusted keys only. */
  readonly note: string;
  readonly oldSize: number;
  readonly proof: readonly Hash[];
};

/** An answer that cosigns nothing: HTTP status and why. */
export type Refusal = { readonly status: 400 | 403 | 404 | 422; readonly why: string };

/** Reads a body and verifies the log's signature: all that can be judged without knowing what was cosigned before. */
export function openAddCheckpoint(body: Uint8Array, logs: readonly VerifierKey[]): OpenedRequest | Refusal {
  let request: AddCheckpoint;
  let text: string;
  let checkpoint: Checkpoint;
  try {
    request = parseAddCheckpoint(body);
    ({ text } = parseNote(request.checkpoint));
    checkpoint = parseCheckpoint(text);
  } catch (error) {
    return { status: 400, why: messageOf(error) };
  }
  const { origin, size, root } = checkpoint;
  const trusted = logs.filter((key) => key.name === origin);
  if (trusted.length === 0)
    return { status: 404, why: `This witness does not know the log ${JSON.stringify(origin)}.` };
  try {
    openNote(request.checkpoint, trusted);
  } catch (error) {
    return { status: 403, why: messageOf(error) };
  }
  const note = withLinesOf(request.checkpoint, trusted);
  return { origin, head: { size, root }, text, note, oldSize: request.oldSize, proof: request.proof };
}

/** `cosign`: the head may be signed once it is kept. `stale`: HTTP 409 with the size last cosigned. */
export type Verdict = { readonly status: 'cosign' } | { readonly status: 'stale'; readonly size: number } | Refusal;

/** Whether a head follows from the one last cosigned for its log (undefined if there is none). */
export function judgeAddCheckpoint({ head, oldSize, proof }: OpenedRequest, latest: Head | undefined): Verdict {
  if (oldSize > head.size)
    return { status: 400, why: `The old size ${oldSize} is beyond the checkpoint's, ${head.size}.` };
  const known = latest ?? { size: 0, root: emptyRoot() };
  if (oldSize !== known.size) return { status: 'stale', size: known.size };
  if (oldSize === 0 && proof.length > 0) return { status: 422, why: 'From size 0 the proof must be empty.' };
  if (head.size === 0 && !sameBytes(head.root, emptyRoot()))
    return { status: 422, why: 'The root of the empty log is not that of an empty tree.' };
  if (oldSize === head.size && !sameBytes(known.root, head.root))
    return { status: 422, why: `Another root was cosigned at size ${head.size}: the log has forked.` };
  const consistent = verifyConsistency({
    oldSize,
    newSize: head.size,
    oldRoot: known.root,
    newRoot: head.root,
    proof,
  });
  if (!consistent) return { status: 422, why: `The proof does not lead from size ${oldSize} to ${head.size}.` };
  return { status: 'cosign' };
}

function malformed(why: string): AppError {
  return new AppError('invalid_input', `Not an add-checkpoint request: ${why}.`);
}
