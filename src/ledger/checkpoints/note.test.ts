import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64, toBase64, toHex, utf8 } from '../bytes.ts';
import { signerFromSeed } from '../keys/ed25519.ts';
import { logNoteSigner, openNote, parseNote, signNote, witnessNoteSigner } from './note.ts';
import { ed25519Note, formatVkey, parseVkey, verifierKey } from './vkey.ts';

const vectors = JSON.parse(readFileSync('docs/spec/vectors/signed-note.json', 'utf8')) as {
  cases: {
    id: string;
    input: { vkey: string; note: string };
    expected: { text: string; name: string; keyIdHex: string; publicKeyHex: string; signatureHex: string };
  }[];
  mustReject: { id: string; input: { vkey: string; note: string } }[];
};
const [example] = vectors.cases;
if (example === undefined) throw new Error('no vectors');
const { vkey, note: exampleNote } = example.input;

describe('C2SP signed-note vectors', () => {
  test.each(vectors.cases)('$id', ({ input, expected }) => {
    const key = parseVkey(input.vkey);
    expect({ name: key.name, id: toHex(key.id), publicKey: toHex(key.publicKey) }).toEqual({
      name: expected.name,
      id: expected.keyIdHex,
      publicKey: expected.publicKeyHex,
    });
    expect(toHex(parseNote(input.note).signatures[0]?.blob ?? key.id)).toBe(expected.signatureHex);
    expect(openNote(utf8(input.note), [key])).toEqual({ text: expected.text, signatures: [{ key }] });
    expect(formatVkey(key)).toBe(input.vkey);
  });

  test.each(vectors.mustReject)('rejects: $id', ({ input }) => {
    expect(() => openNote(input.note, [parseVkey(input.vkey)])).toThrow(
      expect.objectContaining({ code: 'check_failed' }),
    );
  });
});

const alice = logNoteSigner('alice.example/log', signerFromSeed(Buffer.alloc(32, 1)));
const bob = logNoteSigner('bob.example/log', signerFromSeed(Buffer.alloc(32, 2)));
const line = exampleNote.split('\n').at(-2) ?? '';
const encoded = line.split(' ').at(-1) ?? '';

test.each([
  ['an empty file', ''],
  ['text without signatures', 'text\n\n'],
  ['no text', `\n— example.com/foo ${encoded}\n`],
  ['a carriage return', exampleNote.replaceAll('\n', '\r\n')],
  ['a NUL', exampleNote.replace('This', 'Th\0s')],
  ['a lone surrogate', exampleNote.replace('This', '\ud800')],
  ['a space at a line end', exampleNote.replace(/\n$/, ' \n')],
  ['two spaces before the signature', exampleNote.replace('foo Uw', 'foo  Uw')],
  ['a plus in the name', exampleNote.replace('com/foo', 'com+foo')],
  ['a no-break space in the name', exampleNote.replace('com/foo', 'com/\u00a0foo')],
  ['an ideographic space in the name', exampleNote.replace('com/foo', 'com/\u3000foo')],
  ['base64 without padding', exampleNote.replace(encoded, encoded.replace(/=+$/, ''))],
  ['base64 with stray bits', exampleNote.replace('yaQM=', 'yaQN=')],
  ['the URL base64 alphabet', exampleNote.replace('Uw2QOkn8', 'Uw2QOkn-')],
  ['a signature of four bytes', exampleNote.replace(encoded, 'Uw2QOg==')],
  ['a line that is no signature below one that is', `${exampleNote}not a signature\n`],
  ['101 signature lines', exampleNote + `${line}\n`.repeat(100)],
  ['more than a million bytes', 'x'.repeat(1_000_000) + exampleNote],
])('a note with %s is refused', (_name, note) => {
  expect(() => openNote(note, [parseVkey(vkey)])).toThrow('Not a signed note');
});

test('invalid UTF-8 is refused, not replaced', () => {
  const bytes = Buffer.from(exampleNote);
  bytes[3] = 0xff;
  expect(() => parseNote(bytes)).toThrow('not UTF-8');
});

test('the last empty line separates text and signatures; empty lines before it belong to the text', async () => {
  const text = 'one\n\n\n\ntwo\n';
  expect(openNote(await signNote(text, [alice]), [alice.key]).text).toBe(text);
  expect(openNote(await signNote('\n', [alice]), [alice.key]).text).toBe('\n');
});

test('lines of unknown keys are ignored, whether they share the name or the key id', async () => {
  const note = await signNote('text\n', [alice, bob]);
  const sameName = { ...bob.key, name: alice.key.name };
  const sameId = { ...bob.key, id: alice.key.id };
  expect(openNote(note, [alice.key]).signatures).toEqual([{ key: alice.key }]);
  expect(openNote(note, [bob.key, sameName, sameId]).signatures).toEqual([{ key: bob.key }]);
  expect(() => openNote(note, [sameName, sameId])).toThrow('no known key');
});

test('one wrong signature of a known key spoils the note, though another is right', async () => {
  const [good, other] = await Promise.all([signNote('text\n', [alice]), signNote('other\n', [bob])]);
  const mixed = good + (other.split('\n\n')[1] ?? '');
  expect(() => openNote(mixed, [alice.key, bob.key])).toThrow('signature of bob.example/log');
  expect(openNote(mixed, [alice.key]).signatures).toHaveLength(1);
});

test('sixteen signatures and a post-quantum-sized one are accepted', async () => {
  const signers = Array.from({ length: 16 }, (_, i) => logNoteSigner(`key${i}`, signerFromSeed(Buffer.alloc(32, i))));
  const big = `— pq.example ${toBase64(Buffer.alloc(5000, 7))}\n`;
  const note = (await signNote('text\n', signers)) + big;
  expect(
    openNote(
      note,
      signers.map(({ key }) => key),
    ).signatures,
  ).toHaveLength(16);
});

const noteText = fc
  .array(fc.string({ unit: 'grapheme' }).map((part) => part.replaceAll(/\p{Cc}/gu, '')))
  .map((parts) => `${parts.join('\n')}\n`);

test('every note that is signed opens to its text, and no other text opens under its signature', async () => {
  await fc.assert(
    fc.asyncProperty(noteText, noteText, async (text, other) => {
      const note = await signNote(text, [alice, witnessNoteSigner('w', signerFromSeed(Buffer.alloc(32, 9)), 5n)]);
      expect(openNote(note, [alice.key]).text).toBe(text);
      if (other !== text) expect(() => openNote(other + note.slice(text.length), [alice.key])).toThrow();
    }),
  );
});

test('a change of any byte of a signed note is refused', async () => {
  const bytes = Buffer.from(await signNote('tëxt\nmore\n', [alice]));
  for (let i = 0; i < bytes.length; i++) {
    for (const flip of [1, 0x80]) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ flip;
      expect(() => openNote(changed, [alice.key])).toThrow();
    }
  }
});

test.each(['no newline', 'tab\there\n', 'lone \ud800\n'])('the text %j is not signed', async (text) => {
  await expect(signNote(text, [alice])).rejects.toThrow('ends with a newline');
});

const material = vkey.split('+').at(-1) ?? '';

test.each([
  ['no parts', 'example.com/foo'],
  ['an empty name', vkey.replace('example.com/foo', '')],
  ['a space in the name', vkey.replace('.com', ' com')],
  ['upper-case hex', vkey.replace('530d903a', '530D903A')],
  ['another name', vkey.replace('foo', 'fop')],
  ['another key id', vkey.replace('530d903a', '530d903b')],
  ['another key', vkey.replace('56hA', '56hB')],
  [
    'no padding missing but a byte cut',
    vkey.replace(material, toBase64((fromBase64(material) ?? alice.key.id).slice(0, 32))),
  ],
  ['an unknown signature type', formatVkey(verifierKey('x', 2, alice.key.publicKey))],
  ['a post-quantum type', formatVkey(verifierKey('x', 6, Buffer.alloc(1312)))],
  ['base64 with a space', `${vkey} `],
])('a verifier key with %s is refused', (_name, text) => {
  expect(() => parseVkey(text)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
});

test('a verifier key is read whole even if its base64 holds a plus', () => {
  const signers = Array.from({ length: 200 }, (_, i) => logNoteSigner('k', signerFromSeed(Buffer.alloc(32, i)))).map(
    ({ key }) => key,
  );
  const withPlus = signers.filter((key) => formatVkey(key).split('+').length > 3);
  expect(withPlus.length).toBeGreaterThan(0);
  for (const key of signers) expect(formatVkey(parseVkey(formatVkey(key)))).toBe(formatVkey(key));
});

test.each(['', 'a b', 'a+b', 'a\0b', 'a\nb', 'a\u2028b', 'a\u0085b', '\ud800'])('%j cannot name a key', (name) => {
  expect(() => verifierKey(name, ed25519Note, alice.key.publicKey)).toThrow('cannot name a key');
});
