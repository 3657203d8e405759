import { expect, test } from 'vitest';
import { toBase64, utf8 } from '../bytes.ts';
import { signerFromSeed } from '../keys/ed25519.ts';
import { inclusionProof } from '../tree/proof.ts';
import { leafHash, rootOfList } from '../tree/tree.ts';
import { checkpointText } from './checkpoint.ts';
import { logNoteSigner, signNote, witnessNoteSigner } from './note.ts';
import type { Policy } from './policy.ts';
import { formatLogProof, type LogProof, parseLogProof, verifyLogProof } from './tlog-proof.ts';
import type { VerifierKey } from './vkey.ts';

const log = logNoteSigner('log.example/1', signerFromSeed(Buffer.alloc(32, 1)));
const witness = witnessNoteSigner('w.example', signerFromSeed(Buffer.alloc(32, 2)), 1_700_000_000n);
const leaves = Array.from({ length: 13 }, (_, i) => utf8(`leaf ${i}`));
const hashes = leaves.map(leafHash);
const checkpoint = await signNote(checkpointText('log.example/1', { size: 13, root: rootOfList(hashes) }), [
  log,
  witness,
]);
const proofOf = (index: number): LogProof => ({ index, proof: inclusionProof(index, hashes), checkpoint });
/** A policy of that log; a witness is known, and not asked for. */
function trusting(key: VerifierKey, cosigner?: VerifierKey): Policy {
  const witnesses = cosigner === undefined ? [] : [{ name: 'w', key: cosigner }];
  return { logs: [{ key }], witnesses, quorum: { kind: 'none' } };
}

const leafAt = (index: number): Uint8Array => leaves[index] ?? utf8('absent');

test('every leaf has a proof file that verifies, with and without extra data', () => {
  for (let index = 0; index < leaves.length; index++) {
    for (const extra of [undefined, new Uint8Array(), Buffer.from('salt')]) {
      const proof = extra === undefined ? proofOf(index) : { ...proofOf(index), extra };
      const read = parseLogProof(utf8(formatLogProof(proof)));
      expect(read.extra === undefined ? undefined : toBase64(read.extra)).toBe(
        extra === undefined ? undefined : toBase64(extra),
      );
      const opened = verifyLogProof(read, leafAt(index), trusting(log.key, witness.key));
      expect(opened.signatures.map(({ time }) => time)).toEqual([undefined, 1_700_000_000n]);
    }
  }
});

test('the file is the one of the specification', () => {
  const lines = formatLogProof({
    index: 12,
    proof: [hashes[0] ?? leafHash(utf8(''))],
    checkpoint,
    extra: utf8('x'),
  }).split('\n');
  expect(lines.slice(0, 6)).toEqual([
    'c2sp.org/tlog-proof@v1',
    'extra eA==',
    'index 12',
    toBase64(leafHash(utf8('leaf 0'))),
    '',
    'log.example/1',
  ]);
});

test('a leaf proved at another index, another leaf, or another log is refused', () => {
  const proof = proofOf(4);
  expect(() => verifyLogProof({ ...proof, index: 5 }, leafAt(4), trusting(log.key))).toThrow('not at index 5');
  expect(() => verifyLogProof(proof, leafAt(5), trusting(log.key))).toThrow('not at index 4');
  expect(() => verifyLogProof({ ...proof, index: 13 }, leafAt(4), trusting(log.key))).toThrow('not at index 13');
  const other = logNoteSigner('other.example', signerFromSeed(Buffer.alloc(32, 3)));
  expect(() => verifyLogProof(proof, leafAt(4), trusting(other.key))).toThrow('signed by no log that the policy lists');
});

test('a leaf in a tree of one needs no proof line', async () => {
  const only = await signNote(checkpointText('log.example/1', { size: 1, root: leafHash(utf8('one')) }), [log]);
  const read = parseLogProof(formatLogProof({ index: 0, proof: [], checkpoint: only }));
  expect(verifyLogProof(read, utf8('one'), trusting(log.key)).size).toBe(1);
});

const file = formatLogProof({ ...proofOf(4), extra: utf8('x') });

test.each([
  ['another version', file.replace('@v1', '@v2')],
  ['no index', file.replace('index 4\n', '')],
  ['an index with a leading zero', file.replace('index 4', 'index 04')],
  ['a signed index', file.replace('index 4', 'index -4')],
  ['the extra line after the index', file.replace('extra eA==\nindex 4\n', 'index 4\nextra eA==\n')],
  ['two extra lines', file.replace('extra eA==\n', 'extra eA==\nextra eA==\n')],
  ['extra that is not base64', file.replace('extra eA==', 'extra eA')],
  ['a hash without padding', file.replace('=\n', '\n')],
  ['a carriage return', file.replaceAll('\n', '\r\n')],
  ['no checkpoint', file.slice(0, file.indexOf('\n\n'))],
  ['more than 63 hashes', file.replace('index 4\n', `index 4\n${`${toBase64(hashes[0] ?? utf8(''))}\n`.repeat(60)}`)],
  ['an empty line before the hashes', file.replace('index 4\n', 'index 4\n\n')],
  ['no header', file.replace('c2sp.org/tlog-proof@v1\n', '')],
])('a proof file with %s is refused', (_name, text) => {
  expect(() => verifyLogProof(parseLogProof(text), leafAt(4), trusting(log.key))).toThrow(
    expect.objectContaining({ code: 'check_failed' }),
  );
});

test('a change of any byte but of the extra data is refused', () => {
  const bytes = Buffer.from(file);
  const extraStart = file.indexOf('extra eA==') + 'extra '.length;
  const witnessLine = bytes.length - 1 - Buffer.byteLength(file.split('\n').at(-2) ?? '');
  for (let i = 0; i < bytes.length; i++) {
    if (i >= extraStart && i < extraStart + 4) continue;
    const changed = Buffer.from(bytes);
    changed[i] = (changed[i] ?? 0) ^ 1;
    // A change to the witness's name or key id makes it an unknown signer, which is ignored: the quorum then lacks it.
    const outcome = () =>
      verifyLogProof(parseLogProof(changed), leafAt(4), trusting(log.key, witness.key)).signatures.length;
    if (i < witnessLine) expect(outcome).toThrow();
    else expect(attempt(outcome)).not.toBe(2);
  }
});

function attempt(run: () => number): number {
  try {
    return run();
  } catch {
    return 0;
  }
}
