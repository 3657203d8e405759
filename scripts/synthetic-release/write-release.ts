import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalBytes, type JsonValue, parseStrictJson } from '../../src/core/canonical-json.ts';
import { sha256Hex } from '../../src/core/hash.ts';
import { toBase64 } from '../../src/ledger/bytes.ts';
import { append, emptyTree, leafHash, rootOf, type Tree } from '../../src/ledger/tree/tree.ts';
import { type LineFile, openLineFile } from '../../src/release/data/line-file.ts';
import { signManifest, writeManifest } from '../../src/release/sealing/manifest.ts';
import { asObject } from '../../src/verify/fields.ts';
import { dataFile, heldOutFile, preferencesFile, recordsFile } from '../../src/verify/files/export-files.ts';
import { pairsOf, rowOf, type Split, splitOf, splits } from '../../src/verify/files/row.ts';
import { sealVersion } from '../../src/verify/files/seal.ts';
import { readPeople } from '../../src/verify/replay/people.ts';
import { replay } from '../../src/verify/replay/replay.ts';
import { readRules } from '../../src/verify/replay/rules.ts';
import { type Ending, panel, recordChain, reviewers } from './chain.ts';
import { doseQuestion } from './dose-question.ts';
import { eraseRows, openingLine, writeProvenance } from './provenance.ts';
import { openRecorder, type Recorded } from './recorder.ts';

const approvedAt = '2026-11-22T00:00:00.000Z';

export type SyntheticRelease = {
  /** A directory to be made. */
  readonly directory: string;
  readonly name: string;
  readonly origin: string;
  readonly seed: string;
  readonly rows: number;
  /** The data of the policy.published event. */
  readonly policy: { readonly [key: string]: JsonValue };
  /** How the example behind a row, counted from 1, ends: one of the endings with an approval. */
  readonly ending: (row: number) => 'accepted' | 'edited' | 'panel';
  /** Examples that are in the log and not in the release. */
  readonly outside: readonly ('rejected' | 'withdrawn')[];
  /** Ids of rows that are erased after the sealing. */
  readonly erased: readonly string[];
  /** README.md of the export. */
  readonly readme: string;
};

/**
 * Writes the export of a release of invented examples, without a database: by the rules of the format, with the code
 * that writes real ones where that needs no database. The same input gives the same bytes. Rows and their histories
 * are written as they are made, so that size is bounded by the disk only.
 */
export async function writeSyntheticRelease(input: SyntheticRelease): Promise<{ leaves: number; rows: number }> {
  const { directory, origin, policy } = input;
  await mkdir(join(directory, 'provenance'), { recursive: true });
  const [logDirectory, kept] = [`${directory}.log`, `${directory}.openings`];
  const recorder = await openRecorder({ directory: logDirectory, origin, seed: input.seed });
  const system: Recorded[] = [];
  const tell = async (type: string, data: { [key: string]: JsonValue }): Promise<void> => {
    system.push(await recorder.record(type, data));
  };
  const enrol = (account: string, ...roles: string[]): Promise<void> =>
    tell('reviewer.enrolled', { account, roles, credentialed: true, demo: true });
  for (const reviewer of reviewers) await enrol(reviewer, 'reviewer', 'ethics-reviewer');
  for (const [i, member] of panel.entries()) await enrol(member, ...(i === 0 ? ['panel-chair'] : []), 'panel-member');
  await enrol('synthetic-steward', 'steward');
  await enrol('synthetic-approver', 'release-approver');
  await tell('policy.published', policy);
  const rules = readRules(policy);
  const people = readPeople(system);
  const open = (name: string): Promise<LineFile> => openLineFile(join(directory, name));
  const files = { train: await open(dataFile.train), validation: await open(dataFile.validation) };
  const [records, pairs, openings] = [await open(recordsFile), await open(preferencesFile), await openLineFile(kept)];
  const trees = { rows: emptyTree(), records: emptyTree(), pairs: emptyTree() };
  const counts = { train: Math.round(input.rows * rules.split.trainShare), validation: 0 };
  counts.validation = input.rows - counts.train;
  let made = 0;
  const chain = (ending: Ending, id: string): Promise<Recorded[]> =>
    recordChain(recorder, doseQuestion(made++, id), ending, rules);
  for (const [i, ending] of input.outside.entries()) await chain(ending, `outside-${i + 1}`);
  for (const split of splits)
    for (let i = 0; i < counts[split]; i++) {
      const id = `${split}-${String(i + 1).padStart(6, '0')}`;
      const dose = doseQuestion(made++, id);
      const events = await recordChain(recorder, dose, input.ending(trees.rows.size + 1), rules);
      const replayed = replay(events, rules, people);
      if (!('accepted' in replayed)) throw new Error(`${id}: ${replayed.problems[0]?.text}`);
      const { accepted } = replayed;
      const subject = events[0]?.subject ?? '';
      const placement = {
        subject,
        split,
        group: groupIn(split, id, rules.split),
        identity: sha256Hex(`identity ${id}`),
      };
      const question = asObject(parseStrictJson(JSON.stringify(dose.question)), 'question');
      const row = canonicalBytes(rowOf(question, accepted, rules, placement));
      const hash = leafHash(row);
      append(trees.rows, hash);
      await files[split].line(row);
      const record = {
        end: accepted.end,
        id,
        leaf: accepted.approved.index,
        row: toBase64(hash),
        split,
        subj: subject,
      };
      await writeTo(records, trees.records, record);
      for (const pair of pairsOf(question, accepted, rules, placement)) await writeTo(pairs, trees.pairs, pair);
      for (const event of events) await openings.line(openingLine(event));
    }
  for (const file of [files.train, files.validation, records, pairs, openings]) await file.close();
  await writeFile(join(directory, heldOutFile), '');
  await writeFile(join(directory, 'README.md'), input.readme);
  const { digest } = rules.profile;
  const byWhom = { createdBy: 'synthetic-steward', approvedBy: 'synthetic-approver' };
  const total = { ...counts, rows: input.rows, preferences: trees.pairs.size };
  const facts = { release: input.name, origin, policy: digest, ...byWhom, approvedAt };
  const manifest = await writeManifest(directory, { ...facts, counts: total });
  await signManifest(directory, manifest.bytes, recorder.signer);
  const common = { release: input.name, policy: digest, ...byWhom };
  const candidates = input.rows + input.outside.length;
  await tell('gate.decided', { ...common, candidates, passed: input.rows, excluded: {} });
  const root = (tree: Tree): string => toBase64(rootOf(tree));
  const roots = { dataset: root(trees.rows), records: root(trees.records), preferences: root(trees.pairs) };
  await tell('dataset.sealed', { ...common, v: sealVersion, manifest: manifest.sha256, counts: total, roots });
  const erased = await eraseRows(directory, recorder, input.erased);
  await recorder.flush();
  await writeProvenance(directory, { recorder, system, kept, erased, logDirectory });
  await rm(kept);
  await rm(logDirectory, { recursive: true });
  return { leaves: recorder.log.head().size, rows: input.rows };
}

async function writeTo(file: LineFile, tree: Tree, value: object): Promise<void> {
  const line = canonicalBytes(value);
  append(tree, leafHash(line));
  await file.line(line);
}

/** A group that the policy's split puts on that side. */
function groupIn(split: Split, id: string, rule: Parameters<typeof splitOf>[1]): string {
  for (let n = 0; ; n++) if (splitOf(`${id}/${n}`, rule) === split) return `${id}/${n}`;
}
