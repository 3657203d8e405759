import { type Bytes, fromBase64, toHex, utf8 } from './bytes.ts';
import { checkEd25519, type SignatureState } from './ed25519.ts';
import { VerifyError } from './fault.ts';
import type { Hash } from './hash.ts';
import type { LogKey } from './vkey.ts';

/** The state of a log: how many leaves, and the root over them. */
export type Head = { readonly size: number; readonly root: Hash };

export type SignedHead = Head & { readonly signature: Exclude<SignatureState, 'bad'> };

/**
 * The head of a C2SP checkpoint that the log's key has signed under its own name. Throws checkpoint-malformed,
 * checkpoint-unsigned (no line of this key) or checkpoint-signature (its line does not fit the text).
 */
export async function openCheckpoint(note: string, key: LogKey): Promise<SignedHead> {
  const { text, lines } = splitNote(note);
  const head = parseHead(text, key.name);
  const own = lines.filter((line) => line.name === key.name && line.id === key.id);
  if (own.length === 0) throw new VerifyError('checkpoint-unsigned', lines.map((line) => line.name).join(', '));
  let signature: SignedHead['signature'] = 'good';
  for (const line of own) {
    const state = await checkEd25519(key.publicKey, utf8(text), line.signature);
    if (state === 'bad') throw new VerifyError('checkpoint-signature');
    signature = state;
  }
  return { ...head, signature };
}

/** The head as the newest of the keys signed it that signed it at all: a change of key may stand behind it. */
export async function openByNewest(note: string, keys: readonly LogKey[]): Promise<SignedHead> {
  let unsigned = new VerifyError('checkpoint-unsigned');
  for (const key of keys.toReversed()) {
    try {
      return await openCheckpoint(note, key);
    } catch (error) {
      if (!(error instanceof VerifyError) || error.fault.code !== 'checkpoint-unsigned') throw error;
      unsigned = error;
    }
  }
  throw unsigned;
}

type Line = { name: string; id: string; signature: Bytes };

/** Text and signature lines of a C2SP signed note. */
function splitNote(note: string): { text: string; lines: Line[] } {
  const blank = note.lastIndexOf('\n\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a note with any of them is refused
  if (blank < 0 || !note.endsWith('\n') || /[\u0000-\u0009\u000b-\u001f]/.test(note) || !note.isWellFormed())
    throw new VerifyError('checkpoint-malformed');
  const lines = note.slice(blank + 2, -1).split('\n');
  return { text: note.slice(0, blank + 1), lines: lines.map(parseLine) };
}

function parseLine(line: string): Line {
  const [, name, encoded = ''] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  if (name === undefined || bytes === undefined || bytes.length < 5)
    throw new VerifyError('checkpoint-malformed', line.slice(0, 120));
  return { name, id: toHex(bytes.slice(0, 4)), signature: bytes.slice(4) };
}

function parseHead(text: string, origin: string): Head {
  const [name, size = '', root = '', ...rest] = text.split('\n');
  const hash = fromBase64(root);
  const plain = /^(0|[1-9]\d{0,15})$/.test(size) && Number.isSafeInteger(Number(size));
  // Lines behind the third are extensions; each of them, too, must be there and end with a newline.
  if (!plain || hash?.length !== 32 || rest.at(-1) !== '' || rest.slice(0, -1).includes(''))
    throw new VerifyError('checkpoint-malformed', text.slice(0, 120));
  if (name !== origin) throw new VerifyError('checkpoint-unsigned', name);
  return { size: Number(size), root: hash };
}
