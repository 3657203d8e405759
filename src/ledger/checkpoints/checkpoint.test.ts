import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { toBase64, toHex, utf8 } from '../bytes.ts';
import { signerFromSeed } from '../keys/ed25519.ts';
import { append, emptyRoot, emptyTree, leafHash, rootOf } from '../tree/tree.ts';
import { checkpointText, openCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { cosign, cosignatureMessage, verifyCosignature } from './cosignature.ts';
import { logNoteSigner, openNote, parseNote, signatureLine, signNote, witnessNoteSigner } from './note.ts';
import { formatVkey, parseVkey } from './vkey.ts';

const tessera = JSON.parse(readFileSync('docs/spec/vectors/tessera-checkpoints.json', 'utf8')) as {
  vkey: string;
  leaves: string[];
  cases: {
    id: string;
    input: { treeSize: number; checkpoint: string };
    expected: { origin: string; rootBase64: string };
  }[];
};

describe('heads of a real Tessera log', () => {
  const tree = emptyTree();
  test.each(tessera.cases)('$id', ({ input, expected }) => {
    const { origin, size, root } = openCheckpoint(input.checkpoint, parseVkey(tessera.vkey));
    expect({ origin, size, root: toBase64(root) }).toEqual({
      origin: expected.origin,
      size: input.treeSize,
      root: expected.rootBase64,
    });
    const leaf = tessera.leaves[tree.size];
    expect(toBase64(rootOf(tree))).toBe(expected.rootBase64);
    if (leaf !== undefined) append(tree, leafHash(utf8(leaf)));
  });
});

const cosigned = JSON.parse(readFileSync('docs/spec/vectors/cosigned-checkpoint.json', 'utf8')) as {
  cases: {
    id: string;
    input: {
      logSeedHex: string;
      witnessSeedHex: string;
      logName: string;
      witnessName: string;
      origin: string;
      treeSize: number;
      rootHex: string;
      cosignatureTime: number;
    };
    expected: { [name: string]: string };
  }[];
};

describe('cosigned checkpoint vectors', () => {
  test.each(cosigned.cases)('$id', async ({ input, expected }) => {
    const log = signerFromSeed(Buffer.from(input.logSeedHex, 'hex'));
    const witness = signerFromSeed(Buffer.from(input.witnessSeedHex, 'hex'));
    const time = BigInt(input.cosignatureTime);
    const logSigner = logNoteSigner(input.logName, log);
    const witnessSigner = witnessNoteSigner(input.witnessName, witness, time);
    const body = checkpointText(input.origin, { size: input.treeSize, root: Buffer.from(input.rootHex, 'hex') });
    const checkpoint = await signNote(body, [logSigner, witnessSigner]);
    expect({
      logPublicKeyHex: toHex(log.publicKey),
      witnessPublicKeyHex: toHex(witness.publicKey),
      logKeyIdHex: toHex(logSigner.key.id),
      witnessKeyIdHex: toHex(witnessSigner.key.id),
      logVkey: formatVkey(logSigner.key),
      witnessVkey: formatVkey(witnessSigner.key),
      body,
      cosignedMessage: Buffer.from(cosignatureMessage(time, body)).toString(),
      logSignatureHex: toHex(await logSigner.signText(body)),
      cosignatureHex: toHex((await witnessSigner.signText(body)).subarray(8)),
      logLine: await signatureLine(body, logSigner),
      witnessLine: await signatureLine(body, witnessSigner),
      checkpoint,
    }).toEqual(expected);
    const opened = openCheckpoint(checkpoint, logSigner.key, [witnessSigner.key]);
    expect(opened.signatures).toEqual([{ key: logSigner.key }, { key: witnessSigner.key, time }]);
  });
});

const signer = signerFromSeed(Buffer.alloc(32, 3));
const log = logNoteSigner('log.example/1', signer);
const root = toBase64(emptyRoot());

test.each([
  ['two lines', `log.example/1\n5\n`],
  ['an empty origin', `\n5\n${root}\n`],
  ['an empty extension line', `log.example/1\n5\n${root}\n\n`],
  ['no final newline', `log.example/1\n5\n${root}`],
  ['a leading zero in the size', `log.example/1\n05\n${root}\n`],
  ['a plus before the size', `log.example/1\n+5\n${root}\n`],
  ['a negative size', `log.example/1\n-5\n${root}\n`],
  ['a size in hex', `log.example/1\n0x5\n${root}\n`],
  ['a size with a space', `log.example/1\n5 \n${root}\n`],
  ['a size that a number cannot hold', `log.example/1\n9007199254740993\n${root}\n`],
  ['a root of 31 bytes', `log.example/1\n5\n${toBase64(Buffer.alloc(31))}\n`],
  ['a root of 33 bytes', `log.example/1\n5\n${toBase64(Buffer.alloc(33))}\n`],
  ['a root without padding', `log.example/1\n5\n${root.slice(0, -1)}\n`],
  ['a root with stray bits', `log.example/1\n5\n${root.replace('FU=', 'FV=')}\n`],
])('a checkpoint with %s is refused', (_name, text) => {
  expect(() => parseCheckpoint(text)).toThrow('Not a log checkpoint');
});

test('extension lines are read, and covered by the log signature', async () => {
  const text = `log.example/1\n5\n${root}\nextra one\nextra two\n`;
  expect(openCheckpoint(await signNote(text, [log]), log.key).extensions).toEqual(['extra one', 'extra two']);
});

test('a checkpoint of another log is refused though the key signed it', async () => {
  const note = await signNote(`log.example/2\n5\n${root}\n`, [log]);
  expect(() => openCheckpoint(note, log.key)).toThrow('of the log "log.example/2"');
});

test('an empty log with the root of something else is refused', async () => {
  const note = await signNote(`log.example/1\n0\n${toBase64(Buffer.alloc(32))}\n`, [log]);
  expect(() => openCheckpoint(note, log.key)).toThrow('not that of an empty log');
});

test('witnesses alone do not make a checkpoint', async () => {
  const witness = witnessNoteSigner('w.example', signerFromSeed(Buffer.alloc(32, 4)), 1n);
  const note = await signNote(checkpointText('log.example/1', { size: 5, root: emptyRoot() }), [witness]);
  expect(() => openCheckpoint(note, log.key, [witness.key])).toThrow('not signed by the log');
});

test('a cosignature binds text and time, and cannot pass for a plain signature', async () => {
  const text = checkpointText('log.example/1', { size: 5, root: emptyRoot() });
  const blob = await cosign(signer, 1_700_000_000n, text);
  expect(verifyCosignature(signer.publicKey, text, blob)).toBe(1_700_000_000n);
  for (let i = 0; i < blob.length; i++) {
    const changed = Buffer.from(blob);
    changed[i] = (changed[i] ?? 0) ^ 1;
    expect(verifyCosignature(signer.publicKey, text, changed)).toBeUndefined();
  }
  expect(verifyCosignature(signer.publicKey, `${text}x\n`, blob)).toBeUndefined();
  expect(verifyCosignature(signer.publicKey, text, blob.subarray(1))).toBeUndefined();
  const asPlain = `${text}\n— log.example/1 ${toBase64(Buffer.concat([log.key.id, blob]))}\n`;
  expect(() => openNote(asPlain, [log.key])).toThrow('is wrong');
});

test('the largest time is signed and verified; zero and one more are not', async () => {
  const most = 2n ** 63n - 1n;
  expect(verifyCosignature(signer.publicKey, 'a\n', await cosign(signer, most, 'a\n'))).toBe(most);
  await expect(cosign(signer, 0n, 'a\n')).rejects.toThrow('cannot carry the time 0');
  await expect(cosign(signer, most + 1n, 'a\n')).rejects.toThrow('cannot carry');
  const late = Buffer.alloc(8);
  late.writeBigUInt64BE(most + 1n);
  const blob = Buffer.concat([late, await signer.sign(cosignatureMessage(most + 1n, 'a\n'))]);
  expect(verifyCosignature(signer.publicKey, 'a\n', blob)).toBeUndefined();
});

test('a checkpoint is parsed back from what was written, at sizes up to 2^53-1', () => {
  for (const size of [0, 1, 256, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
    const text = checkpointText('o', { size, root: emptyRoot() });
    expect(parseCheckpoint(parseNote(`${text}\n— a AAAAAAA=\n`).text)).toMatchObject({ origin: 'o', size });
  }
});
