import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { fromBase64, toBase64, utf8 } from '../../src/ledger/bytes.ts';
import { checkpointText, type Head } from '../../src/ledger/checkpoints/checkpoint.ts';
import { logNoteSigner, openNote, signNote, witnessNoteSigner } from '../../src/ledger/checkpoints/note.ts';
import { formatVkey } from '../../src/ledger/checkpoints/vkey.ts';
import { signerFromSeed } from '../../src/ledger/keys/ed25519.ts';
import { createLog, type Log } from '../../src/ledger/log/log.ts';
import { rootFromTiles } from '../../src/ledger/tiles/source.ts';
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from '../../src/ledger/tree/proof.ts';
import { type Hash, leafHash, rootOfList } from '../../src/ledger/tree/tree.ts';
import { buildGo, goMissing, runProgram } from './go.ts';

/** golang.org/x/mod/sumdb, the code behind Go's checksum database, as the judge of what this project writes. */

type Inclusion = { kind: 'record'; size: number; index: number; root: string; leaf: string; proof: string[] };
type Consistency = { kind: 'tree'; size: number; old: number; root: string; oldRoot: string; proof: string[] };
type Claim = Inclusion | Consistency;
type Question =
  | Claim
  | { kind: 'note'; note: string; vkey: string }
  | {
      kind: 'log' | 'prove-record' | 'prove-tree';
      directory: string;
      size: number;
      root: string;
      index?: number;
      old?: number;
    };
type Verdict = { ok: boolean; error?: string; text?: string; proof?: string[] };

const origin = 'log.example/interop';
const signer = signerFromSeed(Buffer.alloc(32, 7));
const vkey = formatVkey(logNoteSigner(origin, signer).key);
const random = seededRandom(20261122);
const below = (n: number): number => Math.floor(random() * n);
const leafOf = (index: number): Uint8Array => utf8(`leaf ${index} ${'x'.repeat(index % 97)}`);

let scratch = '';
let program = '';
let log: Log;
const heads: { checkpoint: string; head: Head }[] = [];

async function judge(questions: readonly Question[]): Promise<Verdict[]> {
  const { code, out } = await runProgram(program, [], questions.map((one) => JSON.stringify(one)).join('\n'));
  const verdicts = out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Verdict);
  expect([code, verdicts.length]).toEqual([0, questions.length]);
  return verdicts;
}

/** The questions that got another verdict than the given one; to be compared with an empty list. */
async function judgedOtherwise(questions: readonly Question[], ok: boolean): Promise<unknown[]> {
  const verdicts = await judge(questions);
  expect(questions.length).toBeGreaterThan(0);
  return questions.map((question, i) => ({ question, ...verdicts[i] })).filter((one) => one.ok !== ok);
}

function hashesOf(texts: readonly string[]): Hash[] {
  return texts.map((text) => fromBase64(text) ?? new Uint8Array());
}

/** What our own verification says of a claim. */
function ours(claim: Claim): boolean {
  const proof = hashesOf(claim.proof);
  const [root = new Uint8Array(), other = new Uint8Array()] = hashesOf([
    claim.root,
    claim.kind === 'record' ? claim.leaf : claim.oldRoot,
  ]);
  return claim.kind === 'record'
    ? verifyInclusion({ index: claim.index, size: claim.size, leaf: other, root, proof })
    : verifyConsistency({ oldSize: claim.old, newSize: claim.size, oldRoot: other, newRoot: root, proof });
}

const flipped = (hash: string): string => {
  const bytes = Buffer.from(hash, 'base64');
  const at = below(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
  return toBase64(bytes);
};

/** The claim with one of its hashes changed, left out or put in twice, its order reversed, or another position. */
function falsified(claim: Claim): Claim[] {
  const { proof } = claim;
  const proofs = [
    ...proof.map((hash, i) => proof.with(i, flipped(hash))),
    ...proof.map((_, i) => proof.toSpliced(i, 1)),
    [...proof, flipped(claim.root)],
    ...(proof.length > 1 && proof[0] !== proof.at(-1) ? [proof.toReversed()] : []),
  ];
  const changed = claim.kind === 'record' ? { leaf: flipped(claim.leaf) } : { oldRoot: flipped(claim.oldRoot) };
  const positions =
    claim.kind === 'record'
      ? [claim.index - 1, claim.index + 1, claim.size].map((index) => ({ ...claim, index }))
      : [claim.old - 1, claim.old + 1].map((old) => ({ ...claim, old }));
  return [
    ...proofs.map((one) => ({ ...claim, proof: one })),
    { ...claim, root: flipped(claim.root) },
    { ...claim, ...changed } as Claim, // the member of its own kind
    ...positions.filter((one) => one.kind === 'record' || (one.old > 0 && one.old <= one.size)),
  ];
}

async function inclusionAt(index: number, size: number): Promise<Inclusion> {
  const proof = (await log.inclusionProof(index, size)).map(toBase64);
  const root = toBase64(await rootFromTiles(log.tiles, log.head().size, size));
  return { kind: 'record', size, index, root, leaf: toBase64(leafHash(await log.leafAt(index))), proof };
}

async function consistencyAt(old: number, size: number): Promise<Consistency> {
  const [root, oldRoot] = await Promise.all(
    [size, old].map(async (upTo) => toBase64(await rootFromTiles(log.tiles, log.head().size, upTo))),
  );
  const proof = (await log.consistencyProof(old, size)).map(toBase64);
  return { kind: 'tree', size, old, root: root ?? '', oldRoot: oldRoot ?? '', proof };
}

describe.skipIf(goMissing !== '')(`Go's x/mod/sumdb as a judge${goMissing}`, () => {
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'go-judge-'));
    program = await buildGo('test/interop/judge.go', scratch);
    log = await createLog({ directory: join(scratch, 'log'), origin, signer });
    for (const size of [1, 2, 3, 255, 256, 257, 511, 512, 700, 1000 + below(900), 2000 + below(900), 3000]) {
      const { size: from } = log.head();
      await log.append(Array.from({ length: size - from }, (_, i) => leafOf(from + i)));
      heads.push({ checkpoint: log.checkpoint(), head: log.head() });
    }
  });
  afterAll(() => rm(scratch, { recursive: true }));

  test('opens every head our log signed, cosigned or not, with the very text we read', async () => {
    const witness = witnessNoteSigner('witness.example/w', signerFromSeed(Buffer.alloc(32, 8)), 1_700_000_000n);
    const notes = heads.map((one) => one.checkpoint);
    for (const { head } of heads)
      notes.push(await signNote(checkpointText(origin, head), [witness, logNoteSigner(origin, signer)]));
    const verdicts = await judge(notes.map((note) => ({ kind: 'note', note, vkey })));
    expect(verdicts).toEqual(notes.map((note) => ({ ok: true, text: openNote(note, [log.key]).text })));
  });

  test('refuses, as we do, a head whose size, root, origin or signature was changed', async () => {
    const notes = heads.flatMap(({ checkpoint }) => {
      const [name = '', size = '', root = '', , line = ''] = checkpoint.split('\n');
      const [dash, signed, blob = ''] = line.split(' ');
      const build = (a: string, b: string, c: string, d: string): string => `${a}\n${b}\n${c}\n\n${d}\n`;
      return [
        build(name, String(Number(size) + 1), root, line),
        build(name, `0${size}`, root, line),
        build(name, size, flipped(root), line),
        build(`${name}x`, size, root, line),
        build(name, size, root, `${dash} ${signed} ${flipped(blob)}`),
        build(name, size, root, `${dash} other.example ${blob}`),
        build(name, size, root, line).slice(0, -1),
        `${name}\n${size}\n${root}\n\n`,
      ];
    });
    expect(notes.filter((note) => opensHere(note))).toEqual([]);
    expect(
      await judgedOtherwise(
        notes.map((note) => ({ kind: 'note', note, vkey })),
        false,
      ),
    ).toEqual([]);
  });

  function opensHere(note: string): boolean {
    try {
      return openNote(note, [log.key]).signatures.length > 0;
    } catch {
      return false;
    }
  }

  test('finds in our log directories the tiles and roots that the entries give', async () => {
    const directory = join(scratch, 'log');
    const last = log.head();
    expect(
      await judgedOtherwise([{ kind: 'log', directory, size: last.size, root: toBase64(last.root) }], true),
    ).toEqual([]);
    const path = join(directory, 'tile/1/000.p/11');
    const bytes = await readFile(path);
    await writeFile(path, bytes.with(5, (bytes[5] ?? 0) ^ 1));
    expect(
      await judgedOtherwise([{ kind: 'log', directory, size: last.size, root: toBase64(last.root) }], false),
    ).toEqual([]);
    await writeFile(path, bytes);
    const wrong = flipped(toBase64(last.root));
    expect(await judgedOtherwise([{ kind: 'log', directory, size: last.size, root: wrong }], false)).toEqual([]);
  });

  test('makes from our tiles the very proofs that we make', async () => {
    const directory = join(scratch, 'log');
    for (const { head } of heads.slice(-4)) {
      const { size } = head;
      const root = toBase64(head.root);
      const places = Array.from({ length: 12 }, () => below(size - 1) + 1);
      const records = await judge(places.map((index) => ({ kind: 'prove-record', directory, size, root, index })));
      const trees = await judge(places.map((old) => ({ kind: 'prove-tree', directory, size, root, old })));
      for (const [i, place] of places.entries()) {
        expect(records[i]?.proof).toEqual((await log.inclusionProof(place, size)).map(toBase64));
        expect(trees[i]?.proof).toEqual((await log.consistencyProof(place, size)).map(toBase64));
      }
    }
  });

  test('accepts all our proofs in every tree of up to 24 leaves', async () => {
    const leaves = Array.from({ length: 24 }, (_, i) => leafHash(leafOf(i)));
    const roots = leaves.map((_, i) => toBase64(rootOfList(leaves.slice(0, i + 1))));
    const claims: Claim[] = [];
    for (let size = 1; size <= leaves.length; size++)
      for (let at = 0; at < size; at++) {
        const [tree, root] = [leaves.slice(0, size), roots[size - 1] ?? ''];
        const [index, old] = [at, at + 1];
        const leaf = toBase64(leaves[at] ?? new Uint8Array());
        claims.push({ kind: 'record', size, index, root, leaf, proof: inclusionProof(index, tree).map(toBase64) });
        const proof = consistencyProof(old, tree).map(toBase64);
        claims.push({ kind: 'tree', size, old, root, oldRoot: roots[at] ?? '', proof });
      }
    expect(claims.filter((claim) => !ours(claim))).toEqual([]);
    expect(await judgedOtherwise(claims, true)).toEqual([]);
  });

  test('accepts our proofs from tiles at sizes up to thousands, and refuses each falsified one, as we do', async () => {
    const claims: Claim[] = [];
    for (let i = 0; i < 60; i++) {
      const size = 2 + below(log.head().size - 1);
      claims.push(await inclusionAt(below(size), size), await consistencyAt(1 + below(size - 1), size));
    }
    expect(await judgedOtherwise(claims, true)).toEqual([]);
    expect(claims.filter((claim) => !ours(claim))).toEqual([]);
    const lies = claims.flatMap(falsified);
    expect(lies.length).toBeGreaterThan(2000);
    expect(lies.filter(ours)).toEqual([]);
    expect(await judgedOtherwise(lies, false)).toEqual([]);
  });

  test('and we say the same of proofs under another size, which the signed head alone binds', async () => {
    const claims: Claim[] = [];
    for (let i = 0; i < 200; i++) {
      const size = 2 + below(log.head().size - 40);
      const claim = i % 2 === 0 ? await inclusionAt(below(size), size) : await consistencyAt(1 + below(size - 1), size);
      for (const other of [size - 1, size + 1, size + 1 + below(30), 2 * size])
        if (other >= (claim.kind === 'tree' ? claim.old : claim.index + 1)) claims.push({ ...claim, size: other });
    }
    const verdicts = await judge(claims);
    expect(verdicts.map((verdict) => verdict.ok)).toEqual(claims.map(ours));
    expect(verdicts.filter((verdict) => !verdict.ok).length).toBeGreaterThan(100);
  });
});
