import { AppError } from '../../core/error.ts';
import { concat, fromBase64, fromUtf8, toBase64, utf8 } from '../bytes.ts';
import { type Signer, verifyEd25519 } from '../keys/ed25519.ts';
import { cosign, verifyCosignature } from './cosignature.ts';
import { ed25519Cosignature, ed25519Note, isKeyName, sameSigner, type VerifierKey, verifierKey } from './vkey.ts';

/** C2SP signed-note v1.0.0. A note that breaks a rule is refused with check_failed: it is evidence, not input to mend. */

const maxNoteBytes = 1_000_000;
const maxSignatures = 100;

/** A signature line: who says to have signed, and the bytes behind the key id. Nothing is verified yet. */
export type NoteSignature = { readonly name: string; readonly id: Uint8Array; readonly blob: Uint8Array };

/** A note taken apart. The text must not be acted on before `openNote` has found a known key's signature. */
export type ParsedNote = { readonly text: string; readonly signatures: readonly NoteSignature[] };

/** A signature that was verified; `time` (POSIX seconds) for cosignatures. */
export type VerifiedSignature = { readonly key: VerifierKey; readonly time?: bigint };

export type OpenedNote = { readonly text: string; readonly signatures: readonly VerifiedSignature[] };

/** Text and signature lines of a note. */
export function parseNote(note: Uint8Array | string): ParsedNote {
  const whole = typeof note === 'string' ? note : fromUtf8(note);
  if (whole === undefined || !whole.isWellFormed()) throw malformed('it is not UTF-8');
  if (Buffer.byteLength(whole) > maxNoteBytes) throw malformed(`it is longer than ${maxNoteBytes} bytes`);
  if (hasControlCharacter(whole)) throw malformed('it holds a control character other than newline');
  const blank = whole.lastIndexOf('\n\n');
  if (blank < 0) throw malformed('no empty line separates text and signatures');
  const lines = whole.slice(blank + 2).split('\n');
  if (lines.pop() !== '') throw malformed('it does not end with a newline');
  if (lines.length === 0) throw malformed('it has no signature line');
  if (lines.length > maxSignatures) throw malformed(`it has more than ${maxSignatures} signature lines`);
  return { text: whole.slice(0, blank + 1), signatures: lines.map(parseSignatureLine) };
}

function hasControlCharacter(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  return /[\u0000-\u0009\u000b-\u001f]/.test(text);
}

function parseSignatureLine(line: string): NoteSignature {
  const [dash, name, encoded, ...more] = line.split(' ');
  const bytes = fromBase64(encoded ?? '');
  const wellFormed = dash === '—' && name !== undefined && isKeyName(name) && more.length === 0;
  if (!wellFormed || bytes === undefined || bytes.length < 5) {
    throw malformed(
      `the line ${JSON.stringify(line.slice(0, 120))} is not "— <name> <base64 of key id and signature>"`,
    );
  }
  return { name, id: bytes.subarray(0, 4), blob: bytes.subarray(4) };
}

/** The note with only the signature lines of these keys, in their order there. They are not verified. */
export function withLinesOf(note: Uint8Array | string, keys: readonly VerifierKey[]): string {
  const { text, signatures } = parseNote(note);
  const kept = signatures.filter((signature) => keys.some((key) => sameSigner(key, signature)));
  return `${text}\n${kept.map(({ name, id, blob }) => `— ${name} ${toBase64(concat(id, blob))}\n`).join('')}`;
}

/**
 * The text and the verified signatures of a note, in the order of its lines. Lines of unknown keys are ignored. Throws
 * check_failed if the note is malformed, if a known key's signature is wrong, or if no known key signed.
 */
export function openNote(note: Uint8Array | string, keys: readonly VerifierKey[]): OpenedNote {
  const { text, signatures } = parseNote(note);
  const verified: VerifiedSignature[] = [];
  for (const signature of signatures) {
    const key = keys.find((one) => sameSigner(one, signature));
    if (key !== undefined) verified.push(verifySignature(key, text, signature.blob));
  }
  if (verified.length === 0) {
    const names = signatures.map((signature) => signature.name).join(', ');
    throw new AppError('check_failed', `The note is signed by no known key (signed by: ${names}).`);
  }
  return { text, signatures: verified };
}

function verifySignature(key: VerifierKey, text: string, blob: Uint8Array): VerifiedSignature {
  if (key.algorithm === ed25519Note && verifyEd25519(key.publicKey, utf8(text), blob)) return { key };
  if (key.algorithm === ed25519Cosignature) {
    const time = verifyCosignature(key.publicKey, text, blob);
    if (time !== undefined) return { key, time };
  }
  throw new AppError(
    'check_failed',
    `The signature of ${key.name} on the note is wrong: text or signature was altered.`,
  );
}

/** Makes signature blobs of one key over note texts. */
export type NoteSigner = { readonly key: VerifierKey; signText(text: string): Promise<Uint8Array> };

/** Signs notes with plain Ed25519 (type 1), as a log signs its checkpoints. */
export function logNoteSigner(name: string, signer: Signer): NoteSigner {
  return { key: verifierKey(name, ed25519Note, signer.publicKey), signText: (text) => signer.sign(utf8(text)) };
}

/** Cosigns checkpoints (type 4) as of a POSIX time in seconds, as a witness does. */
export function witnessNoteSigner(name: string, signer: Signer, time: bigint): NoteSigner {
  const key = verifierKey(name, ed25519Cosignature, signer.publicKey);
  return { key, signText: (text) => cosign(signer, time, text) };
}

/** One signature line, with its newline, to be put below a note over this text. */
export async function signatureLine(text: string, { key, signText }: NoteSigner): Promise<string> {
  return `— ${key.name} ${toBase64(concat(key.id, await signText(text)))}\n`;
}

/** The signed note. The text must end with a newline and hold no other control character. */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  if (!text.endsWith('\n') || !text.isWellFormed() || hasControlCharacter(text)) {
    throw new AppError(
      'invalid_input',
      'A note text ends with a newline, is valid Unicode and has no other control character.',
    );
  }
  const lines = await Promise.all(signers.map((signer) => signatureLine(text, signer)));
  return `${text}\n${lines.join('')}`;
}

function malformed(why: string): AppError {
  return new AppError('check_failed', `Not a signed note: ${why}. It was altered or cut; fetch it again.`);
}
