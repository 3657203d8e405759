import { expect, test } from 'vitest';
import { canonicalBytes } from '../../src/core/canonical-json.ts';
import { signEnvelope } from '../../src/ledger/attestations/dsse.ts';
import { signerFromSeed } from '../../src/ledger/keys/ed25519.ts';
import { encodeLeaf } from '../../src/ledger/leaves/leaf.ts';
import { scopeSubject } from '../../src/ledger/leaves/subject.ts';
import { rootOfList, leafHash as serverLeafHash } from '../../src/ledger/tree/tree.ts';
import { type Bytes, fromBase64, toBase64, toHex, utf8 } from '../../web/verify/bytes.ts';
import { openCheckpoint } from '../../web/verify/checkpoint.ts';
import { openEnvelope } from '../../web/verify/envelope.ts';
import { commitmentTo } from '../../web/verify/hash.ts';
import { decodeLeaf, type Leaf } from '../../web/verify/leaf.ts';
import { readLines } from '../../web/verify/lines.ts';
import { systemSubject } from '../../web/verify/subject.ts';
import { parseVkey } from '../../web/verify/vkey.ts';
import { vectors } from './vectors.ts';

const bytes = (hex: string): Bytes => new Uint8Array(Buffer.from(hex, 'hex'));

test('heads of another implementation are read and their signatures checked', async () => {
  type Case = { input: { treeSize: number; checkpoint: string }; expected: { valid: boolean; rootBase64?: string } };
  const { vkey, cases } = vectors<{ vkey: string; cases: Case[] }>('tessera-checkpoints');
  const key = await parseVkey(vkey);
  expect(cases.length).toBeGreaterThan(2);
  for (const { input, expected } of cases) {
    const head = await openCheckpoint(input.checkpoint, key);
    expect(head).toMatchObject({ size: input.treeSize, signature: 'good' });
    expect(toBase64(head.root)).toBe(expected.rootBase64);
    await expect(openCheckpoint(input.checkpoint.replace(/\n\d+\n/, '\n999\n'), key)).rejects.toThrow(/signature/);
  }
});

test('whatever the note format forbids, and every altered note or key, is refused', async () => {
  type Case = { id: string; input: { vkey: string; note: string } };
  const { mustReject } = vectors<{ mustReject: Case[] }>('signed-note');
  expect(mustReject.length).toBeGreaterThan(3);
  for (const { id, input } of mustReject) {
    const opened = parseVkey(input.vkey).then((key) => openCheckpoint(input.note, key));
    await expect(opened, id).rejects.toThrow(/checkpoint|key/);
  }
  const { vkey } = vectors<{ vkey: string }>('tessera-checkpoints');
  await expect(parseVkey(vkey.replace('+33', '+34'))).rejects.toThrow('key-malformed');
});

test('commitments are those of the published vectors', async () => {
  type Case = { input: { saltHex: string; envelope: string }; expected: { commitmentHex: string } };
  for (const { input, expected } of vectors<{ cases: Case[] }>('commitment').cases)
    expect(toHex(await commitmentTo(utf8(input.envelope), bytes(input.saltHex)))).toBe(expected.commitmentHex);
});

test('the system chain of a log is the one that the server uses', async () => {
  for (const origin of ['cts.example/test', 'log.example/日志'])
    expect(await systemSubject(origin)).toBe(scopeSubject(origin, 'system'));
});

test('base64 has one spelling', () => {
  expect(fromBase64('AAE=')).toEqual(Uint8Array.of(0, 1));
  for (const other of ['AAE', 'AAF=', ' AAE=', 'AA-=', 'A']) expect(fromBase64(other)).toBeUndefined();
});

const subj = '00000000-0000-4000-8000-000000000001';
const time = '2026-01-02T03:04:05.678Z';
const leafFields = { type: 'strike.recorded', time, subj, seq: 0, cmt: new Uint8Array(32) };

test('a leaf is read only in its canonical form', () => {
  const good = new Uint8Array(encodeLeaf(leafFields));
  expect(decodeLeaf(good)).toMatchObject({ type: 'strike.recorded', time, subject: subj, seq: 0 });
  const text = Buffer.from(good).toString();
  const bad = [
    text.replace('"seq":0', '"seq": 0'),
    text.replace('"seq":0', '"seq":1'),
    text.replace('cts-leaf/1', 'cts-leaf/2'),
    text.replace(time, '2026-13-02T03:04:05.678Z'),
    text.replace('"type"', '"actor":"x","type"'),
    text.slice(0, -1),
    '[]',
  ];
  for (const one of bad) expect(() => decodeLeaf(utf8(one)), one).toThrow('leaf-malformed');
});

test('an envelope is opened only if this key signed it and it is about the event of its leaf', async () => {
  const signer = signerFromSeed(Buffer.alloc(32, 7));
  const key = new Uint8Array(signer.publicKey);
  const leaf: Leaf = decodeLeaf(new Uint8Array(encodeLeaf(leafFields)));
  const data = { round: 1 };
  const digest = {
    sha256: toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(canonicalBytes(data))))),
  };
  const statement = (predicate: object, about = `urn:uuid:${subj}`, sum = digest) =>
    canonicalBytes({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: about, digest: sum }],
      predicateType: 'https://safemed-r1.org/cts/v1/logged-event/v1',
      predicate: { type: leaf.type, time, subject: subj, actor: 'somebody', data, ...predicate },
    });
  const sealed = async (payload: Uint8Array): Promise<Bytes> =>
    new Uint8Array(await signEnvelope('application/vnd.in-toto+json', payload, [signer]));
  expect(await openEnvelope(await sealed(statement({})), [key], leaf)).toEqual({
    actor: 'somebody',
    data,
    signature: 'good',
  });
  const other = new Uint8Array(signerFromSeed(Buffer.alloc(32, 8)).publicKey);
  await expect(openEnvelope(await sealed(statement({})), [other], leaf)).rejects.toThrow('envelope-signature');
  for (const change of [{ type: 'example.approved' }, { time: '2026-01-02T03:04:05.679Z' }, { subject: 'x' }])
    await expect(openEnvelope(await sealed(statement(change)), [key], leaf)).rejects.toThrow('envelope-leaf');
  const elsewhere = await sealed(statement({}, 'urn:uuid:other'));
  await expect(openEnvelope(elsewhere, [key], leaf)).rejects.toThrow('envelope-leaf');
  await expect(openEnvelope(await sealed(statement({ data: { round: 2 } })), [key], leaf)).rejects.toThrow(
    'statement-digest',
  );
  await expect(openEnvelope(utf8('{}'), [key], leaf)).rejects.toThrow('envelope-malformed');
});

test('the root over a file of lines is that of the format, in whatever pieces the file comes', async () => {
  for (const count of [0, 1, 2, 3, 5, 8, 255, 1000, 5000]) {
    const lines = Array.from({ length: count }, (_, index) => `line ${index}`);
    const whole = utf8(lines.map((line) => `${line}\n`).join(''));
    const step = count === 5000 ? 20_000 : 7;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < whole.length; at += step) controller.enqueue(whole.slice(at, at + step));
        controller.close();
      },
    });
    const taken: string[] = [];
    const { root, cut } = await readLines(body, (line) => taken.push(new TextDecoder().decode(line)));
    expect(toHex(root)).toBe(toHex(rootOfList(lines.map((line) => serverLeafHash(Buffer.from(line))))));
    expect({ taken, cut }).toEqual({ taken: lines, cut: false });
  }
  const { cut } = await readLines(new Response('a\nb').body!, () => undefined);
  expect(cut).toBe(true);
});
