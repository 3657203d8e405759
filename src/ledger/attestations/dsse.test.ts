import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalBytes } from '../../core/canonical-json.ts';
import { sha256Hex } from '../../core/hash.ts';
import { toBase64, toHex, utf8 } from '../bytes.ts';
import { keyFingerprint, type Signer, signerFromSeed } from '../keys/ed25519.ts';
import { type EnvelopeKey, openEnvelope, parseEnvelope, preAuthEncoding, signEnvelope } from './dsse.ts';

const vectors = JSON.parse(readFileSync('docs/spec/vectors/dsse.json', 'utf8')) as {
  cases: {
    id: string;
    input: { payloadType: string; payload: string; seedHex?: string };
    expected: { pae: string; paeSha256: string; signatureBase64?: string };
  }[];
};

describe('DSSE vectors', () => {
  test.each(vectors.cases)('encoding that is signed: $id', ({ input, expected }) => {
    const encoded = preAuthEncoding(input.payloadType, utf8(input.payload));
    expect(Buffer.from(encoded).toString()).toBe(expected.pae);
    expect(sha256Hex(encoded)).toBe(expected.paeSha256);
  });

  test.each(vectors.cases.filter((one) => one.input.seedHex !== undefined))(
    'signature: $id',
    async ({ input, expected }) => {
      const signer = signerFromSeed(Buffer.from(input.seedHex ?? '', 'hex'));
      const envelope = await signEnvelope(input.payloadType, utf8(input.payload), [signer]);
      expect(toBase64(parseEnvelope(envelope).signatures[0]?.signature ?? envelope)).toBe(expected.signatureBase64);
    },
  );
});

const signers = [1, 2, 3].map((i) => signerFromSeed(Buffer.alloc(32, i)));
const keyOf = (signer: Signer): EnvelopeKey => ({
  keyid: keyFingerprint(signer.publicKey),
  publicKey: signer.publicKey,
});
const keys = signers.map(keyOf);
const [a, b, c] = keys;
if (a === undefined || b === undefined || c === undefined) throw new Error('three keys');
const type = 'application/vnd.in-toto+json';
const payload = utf8('{"a":"ü"}');
const envelope = await signEnvelope(type, payload, signers.slice(0, 2));
type Wire = { payload: string; payloadType: string; signatures: { keyid: string; sig: string }[] };
const wire = JSON.parse(Buffer.from(envelope).toString()) as Wire;

test('every payload that is signed opens to its bytes and type under the signers and no others', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'grapheme' }), async (bytes, payloadType) => {
      const signed = await signEnvelope(payloadType, bytes, signers.slice(0, 2));
      const opened = openEnvelope(signed, [c, b, a], 2);
      expect([opened.payloadType, toHex(opened.payload)]).toEqual([payloadType, toHex(bytes)]);
      expect(opened.signers).toEqual([a, b]);
      expect(() => openEnvelope(signed, [c])).toThrow('0 known keys');
    }),
    { numRuns: 50 },
  );
});

test('a change of any byte of an envelope is refused, or leaves payload, type and signers as they were', () => {
  for (let i = 0; i < envelope.length; i++) {
    const changed = Buffer.from(envelope);
    changed[i] = (changed[i] ?? 0) ^ 1;
    let opened: ReturnType<typeof openEnvelope> | undefined;
    try {
      opened = openEnvelope(changed, keys, 2);
    } catch {
      continue;
    }
    // What remains are the key ids, which are hints, and names of fields nobody reads.
    expect([opened.payloadType, toHex(opened.payload), opened.signers]).toEqual([type, toHex(payload), [a, b]]);
  }
});

test('a key counts once, however often it signs or is listed', () => {
  const [first] = wire.signatures;
  const twice = canonicalBytes({ ...wire, signatures: [first, { ...first, keyid: 'other' }, first] });
  expect(openEnvelope(twice, keys).signers).toEqual([a]);
  expect(() => openEnvelope(twice, keys, 2)).toThrow('1 known keys, 2 needed');
  const aliases = [a, { ...a, keyid: 'other' }];
  expect(() => openEnvelope(twice, aliases, 2)).toThrow('1 known keys, 2 needed');
});

test('key ids are hints: wrong, swapped or absent ones change nothing', () => {
  const [one, two] = wire.signatures;
  if (one === undefined || two === undefined) throw new Error('two signatures');
  for (const signatures of [
    [{ sig: one.sig }, { sig: two.sig }],
    [
      { ...one, keyid: two.keyid },
      { ...two, keyid: one.keyid },
    ],
    [
      { ...one, keyid: '' },
      { ...two, keyid: 7 },
    ],
  ]) {
    expect(openEnvelope(canonicalBytes({ ...wire, signatures }), keys, 2).signers).toEqual([a, b]);
  }
});

test('both base64 alphabets, with or without padding, and unknown fields are accepted', () => {
  const url = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  const loose = {
    ...wire,
    payload: url(wire.payload),
    signatures: wire.signatures.map((one) => ({ ...one, sig: url(one.sig), extra: [1] })),
    more: null,
  };
  expect(toHex(openEnvelope(canonicalBytes(loose), keys, 2).payload)).toBe(toHex(payload));
});

const text = Buffer.from(envelope).toString();

test.each([
  ['a repeated field', text.replace('{"payload"', '{"payload":"e30=","payload"')],
  ['a lone surrogate', text.replace('{"payload"', '{"x":"\\ud800","payload"')],
  ['no type', text.replace('payloadType', 'payloadtype')],
  ['no signatures', JSON.stringify({ ...wire, signatures: [] })],
  ['signatures that are no list', JSON.stringify({ ...wire, signatures: {} })],
  ['a signature that is a string', JSON.stringify({ ...wire, signatures: ['x'] })],
  ['65 signatures', JSON.stringify({ ...wire, signatures: new Array(65).fill(wire.signatures[0]) })],
  ['white space in the base64', JSON.stringify({ ...wire, payload: `${wire.payload}\n` })],
  ['stray bits in the base64', JSON.stringify({ ...wire, payload: 'e31=' })],
  ['a list on top', '[]'],
  ['text after it', `${text}x`],
])('an envelope with %s is refused', (_name, changed) => {
  expect(() => openEnvelope(Buffer.from(changed), keys)).toThrow('Not a DSSE envelope');
});

test('an envelope that is not UTF-8 is refused', () => {
  expect(() =>
    openEnvelope(Buffer.concat([envelope.subarray(0, 5), Buffer.of(0xff), envelope.subarray(5)]), keys),
  ).toThrow('UTF-8');
});

test.each([0, -1, 1.5, Number.NaN])('%d signatures cannot be asked for', (threshold) => {
  expect(() => openEnvelope(envelope, keys, threshold)).toThrow('at least one signature');
});
