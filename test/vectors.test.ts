import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { vectorFiles, vectorFolder } from '../scripts/build-vectors.ts';
import { AppError } from '../src/core/error.ts';
import { sha256Hex } from '../src/core/hash.ts';
import { applyEdits, parseTrace, renderTrace, type TraceEdit } from '../src/core/trace.ts';
import { fromBase64, toBase64, toHex, utf8 } from '../src/ledger/bytes.ts';
import { judgeCheckpoint, type Policy, parsePolicy } from '../src/ledger/checkpoints/policy.ts';
import { parseLogProof, verifyLogProof } from '../src/ledger/checkpoints/tlog-proof.ts';
import { parseVkey, type VerifierKey } from '../src/ledger/checkpoints/vkey.ts';
import { commitmentTo } from '../src/ledger/leaves/commitment.ts';
import { decodeLeaf } from '../src/ledger/leaves/leaf.ts';
import { scopeSubject } from '../src/ledger/leaves/subject.ts';
import { judgeAddCheckpoint, openAddCheckpoint } from '../src/ledger/witnesses/request.ts';
import type { JsonObject } from '../src/verify/fields.ts';
import { promptOf } from '../src/verify/files/prompt.ts';
import { splitOf } from '../src/verify/files/row.ts';
import { verifyProofFile } from '../src/verify/proof-file.ts';
import type { ChainEvent } from '../src/verify/replay/history.ts';
import { readPeople } from '../src/verify/replay/people.ts';
import { replay } from '../src/verify/replay/replay.ts';
import { type Rules, readRules } from '../src/verify/replay/rules.ts';

type Case = { id: string; input: never; expected?: unknown };
type Vectors = {
  name: string;
  spec: string;
  source: string;
  encoding: string;
  shared?: object;
  cases?: Case[];
  mustReject?: Case[];
};

type Known = { size: number; root: string } | null;

function trusting(key: VerifierKey): Policy {
  return { logs: [{ key }], witnesses: [], quorum: { kind: 'none' } };
}

/** What the implementation makes of an input, in the form of `expected`; it throws for what must be rejected. */
const runners: { [file: string]: (input: never) => unknown } = {
  'leaves.json': ({ leaf }: { leaf: string }) => {
    const { prev, cmt, ...rest } = decodeLeaf(utf8(leaf));
    return { ...rest, prev: prev === undefined ? null : toBase64(prev), cmt: toBase64(cmt) };
  },
  'subjects.json': ({ origin, scope }: { origin: string; scope: string }) => ({ subject: scopeSubject(origin, scope) }),
  'commitments.json': ({ salt, envelope }: { salt: string; envelope: string }) => ({
    commitment: toHex(commitmentTo(utf8(envelope), Buffer.from(salt, 'hex'))),
  }),
  'tlog-proofs.json': ({ proof, vkey, leaf }: { proof: string; vkey: string; leaf: string }) => {
    const parsed = parseLogProof(proof);
    const { size, root } = verifyLogProof(parsed, utf8(leaf), trusting(parseVkey(vkey)));
    return { index: parsed.index, size, root: toBase64(root) };
  },
  'record-proofs.json': ({ proof, policy }: { proof: string; policy: string }) => {
    const { result, index, size, leaf, event } = verifyProofFile(utf8(proof), parsePolicy(utf8(policy)));
    const shown = event === undefined ? {} : { actor: event.actor };
    return { result, index, size, type: leaf.type, seq: leaf.seq, ...shown };
  },
  'tlog-policies.json': ({ policy, checkpoint }: { policy: string; checkpoint: string }) => {
    const { quorumMet } = judgeCheckpoint(checkpoint, parsePolicy(utf8(policy)));
    return { quorumMet };
  },
  'witness-requests.json': ({ vkey, known, body }: { vkey: string; known: Known; body: string }) => {
    const opened = openAddCheckpoint(utf8(body), [parseVkey(vkey)]);
    if ('status' in opened) return { status: opened.status };
    const latest = known === null ? undefined : { size: known.size, root: fromBase64(known.root) ?? new Uint8Array() };
    const verdict = judgeAddCheckpoint(opened, latest);
    if (verdict.status === 'stale') return { status: 409, size: verdict.size };
    return { status: verdict.status === 'cosign' ? 200 : verdict.status };
  },
  'traces.json': ({ text }: { text: string }) => wellFormed(text),
  'edits.json': ({ text, edits }: { text: string; edits: TraceEdit[] }) => {
    const result = renderTrace(applyEdits(wellFormed(text), edits));
    return { text: result, sha256: sha256Hex(result) };
  },
  'splits.json': ({ salt, group, trainShare }: { salt: string; group: string; trainShare: number }) => ({
    split: splitOf(group, { salt, trainShare }),
  }),
  'prompts.json': ({ prompts, question }: { prompts: Rules['prompts']; question: JsonObject }) => ({
    messages: promptOf({ prompts } as Rules, question),
  }),
  'histories.json': ({ policy, system, chain }: { policy: JsonObject; system: ChainEvent[]; chain: ChainEvent[] }) => {
    const result = replay(chain, readRules(policy), readPeople(system));
    if ('problems' in result) {
      const [first] = result.problems;
      return { refused: { check: first?.check, code: first?.code } };
    }
    const { text, strikes, demo } = result.accepted;
    return { accepted: { text, strikes, demo } };
  },
};

/** Files of vectors from elsewhere, and the tests that run them. */
const others: { [file: string]: string } = {
  'commitment.json': 'src/ledger/leaves/leaf.test.ts',
  'cosigned-checkpoint.json': 'src/ledger/checkpoints/checkpoint.test.ts',
  'dsse.json': 'src/ledger/attestations/dsse.test.ts',
  'jcs.json': 'src/core/canonical-json.test.ts',
  'rfc6962-proofs.json': 'src/ledger/tree/proof.test.ts',
  'rfc6962-roots.json': 'src/ledger/tree/tree.test.ts',
  'signed-note.json': 'src/ledger/checkpoints/note.test.ts',
  'tessera-checkpoints.json': 'src/ledger/checkpoints/checkpoint.test.ts',
  'tiles.json': 'src/ledger/tiles/tiles.test.ts',
};

function wellFormed(text: string): { steps: string[]; answer: string } {
  const parsed = parseTrace(text);
  if (parsed.state === 'malformed') throw new AppError('invalid_input', parsed.reason);
  return parsed.trace;
}

const present = readdirSync(vectorFolder).filter((name) => name.endsWith('.json'));
const read = (file: string): Vectors => JSON.parse(readFileSync(`${vectorFolder}/${file}`, 'utf8')) as Vectors;

test('every vector file is run by a test, says where its values come from, and is not empty', () => {
  expect(present).toEqual([...Object.keys(runners), ...Object.keys(others)].sort());
  for (const file of present) {
    const { name, spec, source, encoding, ...sets } = read(file);
    expect([file, name, spec !== '', source !== '', encoding !== '']).toEqual([
      file,
      file.slice(0, -5),
      true,
      true,
      true,
    ]);
    expect(Object.values(sets).filter((set) => Array.isArray(set) && set.length > 0).length).toBeGreaterThan(0);
  }
  for (const [file, runner] of Object.entries(others))
    expect(readFileSync(runner, 'utf8')).toContain(`'${vectorFolder}/${file}'`);
});

test('the computed files are those that the script writes, and it takes nothing from the implementation', () => {
  const written = vectorFiles();
  expect([...written.keys()].sort()).toEqual(Object.keys(runners).sort());
  for (const [file, text] of written) expect(readFileSync(`${vectorFolder}/${file}`, 'utf8')).toBe(text);
  for (const name of ['build-vectors.ts', ...readdirSync('scripts/vectors').map((one) => `vectors/${one}`)])
    expect(readFileSync(`scripts/${name}`, 'utf8')).not.toMatch(/from '[^']*src\//);
});

describe.each(Object.keys(runners))('%s', (file) => {
  const { shared, cases = [], mustReject = [] } = read(file);
  const run = (input: object): unknown => runners[file]?.({ ...shared, ...input } as never);
  test.each(cases.map((one) => [one.id, one] as const))('%s', (_, { input, expected }) => {
    expect(run(input)).toEqual(expected);
  });
  if (mustReject.length > 0)
    test.each(mustReject.map((one) => [one.id, one] as const))('refused: %s', (_, { input }) => {
      expect(() => run(input)).toThrow(AppError);
    });
});
