import { AppError, messageOf } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import { parseDecimal } from '../bytes.ts';
import { type Head, parseCheckpoint } from '../checkpoints/checkpoint.ts';
import { openNote, withLinesOf } from '../checkpoints/note.ts';
import type { PolicyWitness } from '../checkpoints/policy.ts';
import type { Hash } from '../tree/tree.ts';
import { formatAddCheckpoint, sizeContentType } from './request.ts';

/** The log's side of C2SP tlog-witness. Every failure is an error whose message goes behind the witness's name. */

/** What a log wants cosigned. */
export type CosignatureRequest = {
  /** The checkpoint, signed by the log. */
  readonly note: string;
  readonly size: number;
  /** The size the witness is believed to know. */
  readonly from: number;
  /** Proof that the log of `size` contains the one of this size. */
  proof(from: number): Promise<Hash[]>;
};

const maxAnswerBytes = 64 * 1024;

/**
 * The witness's signature line over the note's text, verified. Asked from a size the witness does not know, it is asked
 * once more from the one it tells.
 */
export async function askCosignature(
  witness: PolicyWitness,
  request: CosignatureRequest,
  signal: AbortSignal,
): Promise<string> {
  const first = await addCheckpoint(witness, request, request.from, signal);
  if (first.known === undefined) return verifiedLine(witness, request.note, first.lines);
  if (first.known > request.size)
    throw new AppError(
      'check_failed',
      `it has cosigned this log at size ${first.known}, beyond the ${request.size} here: this is an old copy, or a fork`,
    );
  const second = await addCheckpoint(witness, request, first.known, signal);
  if (second.known === undefined) return verifiedLine(witness, request.note, second.lines);
  throw new AppError('unavailable', `it knows size ${second.known}, having told ${first.known}: somebody else asks it`);
}

type Answer = { readonly known?: undefined; readonly lines: string } | { readonly known: number };

async function addCheckpoint(
  witness: PolicyWitness,
  { note, proof }: CosignatureRequest,
  from: number,
  signal: AbortSignal,
): Promise<Answer> {
  const body = formatAddCheckpoint({ oldSize: from, proof: await proof(from), checkpoint: note });
  const { status, type, text } = await send(witness, 'add-checkpoint', { method: 'POST', body, signal });
  if (status === 200) return { lines: text };
  const known = status === 409 && type === sizeContentType ? parseDecimal(text.replace(/\n$/, '')) : undefined;
  if (known !== undefined) return { known };
  throw new AppError('unavailable', `it answered ${status}: ${text.trim().slice(0, 200)}`);
}

function verifiedLine({ key }: PolicyWitness, note: string, lines: string): string {
  const bare = withLinesOf(note, []);
  const answered = `${bare}${lines}`;
  const { signatures } = openNote(answered, [key]);
  if (signatures.length !== 1 || signatures[0]?.time === 0n)
    throw new AppError('check_failed', 'it did not answer with one cosignature of its key and a time');
  return withLinesOf(answered, [key]).slice(bare.length);
}

/** The head that the witness cosigned last for a log; undefined if it has none. */
export async function headAtWitness(
  witness: PolicyWitness,
  origin: string,
  signal: AbortSignal,
): Promise<Head | undefined> {
  const { status, text } = await send(witness, `${sha256Hex(origin)}/checkpoint`, { signal });
  if (status === 404) return undefined;
  if (status !== 200) throw new AppError('unavailable', `it answered ${status}: ${text.trim().slice(0, 200)}`);
  // Its cosignature is enough: a log key that this copy does not know yet may have signed the head.
  const checkpoint = parseCheckpoint(openNote(text, [witness.key]).text);
  if (checkpoint.origin !== origin)
    throw new AppError('check_failed', `it answered with the log ${JSON.stringify(checkpoint.origin)}`);
  return checkpoint;
}

async function send(
  { url = '' }: PolicyWitness,
  path: string,
  init: RequestInit,
): Promise<{ status: number; type: string | null; text: string }> {
  try {
    const response = await fetch(`${url.replace(/\/$/, '')}/${path}`, { ...init, redirect: 'error' });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await limitedText(response),
    };
  } catch (error) {
    if (error instanceof AppError) throw error;
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new AppError('unavailable', `it cannot be reached at ${url}: ${messageOf(cause)}`, { cause: error });
  }
}

async function limitedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > maxAnswerBytes) throw new AppError('unavailable', `its answer is longer than ${maxAnswerBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
