import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { canonicalJson } from '../src/core/canonical-json.ts';
import { sha256Hex } from '../src/core/hash.ts';
import { openEnvelope } from '../src/ledger/attestations/dsse.ts';
import { fromBase64, toBase64, utf8 } from '../src/ledger/bytes.ts';
import { keyFingerprint } from '../src/ledger/keys/ed25519.ts';
import { opensCommitment } from '../src/ledger/leaves/commitment.ts';
import { decodeLeaf } from '../src/ledger/leaves/leaf.ts';
import { schemaNames, schemaTest } from './json-schema.ts';

const text = readFileSync('docs/spec/cts-1.md', 'utf8');
const appendix = text.slice(text.indexOf('## Appendix A'));
const [leaf = '', envelope = '', statement = '', row = ''] = [...appendix.matchAll(/```json\n(.*)\n```/g)].map(
  (one) => one[1],
);
const base64At = (before: RegExp): Uint8Array => fromBase64(before.exec(appendix)?.[1] ?? '') ?? new Uint8Array();

test('the examples of the specification are real: leaf, envelope, statement and row prove each other', () => {
  for (const printed of [leaf, envelope, statement, row]) expect(canonicalJson(JSON.parse(printed))).toBe(printed);
  const { cmt, subj, type, time, seq } = decodeLeaf(utf8(leaf));
  expect(opensCommitment(cmt, utf8(envelope), base64At(/salt, in base64, is `([^`]+)`/))).toBe(true);
  const publicKey = base64At(/Ed25519 key `([^`]+)`/);
  const opened = openEnvelope(utf8(envelope), [{ keyid: keyFingerprint(publicKey), publicKey }]);
  expect(toBase64(opened.payload)).toBe(toBase64(utf8(statement)));
  const { predicate } = JSON.parse(statement);
  expect(predicate).toMatchObject({ type, time, subject: subj });
  const { _cts, completion } = JSON.parse(row);
  expect(_cts).toMatchObject({ subj, end: seq, leaf: Number(/number (\d+) of its log/.exec(appendix)?.[1]) });
  expect(sha256Hex(completion[0].content)).toBe(predicate.data.resultSha256);
});

test('the examples keep to their schemas, and the specification names every schema', () => {
  for (const [name, printed] of Object.entries({ leaf, envelope, statement, row }))
    expect([name, schemaTest(name)(JSON.parse(printed))]).toEqual([name, true]);
  for (const name of schemaNames.filter((one) => one !== 'common'))
    expect(text).toContain(`](schemas/${name}.schema.json)`);
});
