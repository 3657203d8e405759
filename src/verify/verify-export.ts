import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/error.ts';
import { sameBytes, toBase64 } from '../ledger/bytes.ts';
import type { Head } from '../ledger/checkpoints/checkpoint.ts';
import { judgeCheckpoint, type Policy, parsePolicy } from '../ledger/checkpoints/policy.ts';
import { erasureType } from '../ledger/event-types.ts';
import { directoryTiles } from '../ledger/tiles/source.ts';
import { append, emptyTree, type Hash, leafHash, rootOf } from '../ledger/tree/tree.ts';
import { type KeyRing, openKeyRing } from './chains/keys.ts';
import { leafHashes } from './chains/leaf-hashes.ts';
import { openPool } from './checks/check-pool.ts';
import { againstOf } from './checks/check-setup.ts';
import { watchDisjointness } from './checks/disjoint.ts';
import { explain, type RecordStory } from './checks/explain.ts';
import { type Against, checkRecord, type RecordInput } from './checks/record-check.ts';
import type { RecordFacts } from './checks/record-facts.ts';
import { type Listed, scanLog } from './checks/scan.ts';
import { readSystem, type SystemFacts } from './checks/system.ts';
import { type WalkRoots, walkRecords } from './checks/walk.ts';
import { linesOf, openingsFile, openStreams, preferencesFile, recordsFile } from './files/export-files.ts';
import { checkFiles, checkManifest, type Manifest, readManifest, tellChanged } from './files/manifest.ts';
import { parseRecord } from './files/records.ts';
import { readPolicyFile } from './policy-file.ts';
import { type CheckId, checkNames } from './problem.ts';
import { type Collector, createCollector, isStop, type Verdict } from './report.ts';

export type VerifyOptions = {
  /** A policy file of your own. Without it the export's own one is used, and the report says that it proves less. */
  policy?: string;
  /** Id (or subject) of the row whose story is told. */
  record?: string;
  /** Stop at the first failure; the checks that did not come to their end count as not run. */
  failFast?: boolean;
};

export type VerifyReport = Verdict & {
  readonly v: 'cts-report/1';
  readonly release?: {
    readonly name: string;
    readonly rows: number;
    readonly preferences: number;
    readonly sealedAt: string;
  };
  readonly log?: { readonly origin: string; readonly size: number; readonly root: string };
  readonly record?: RecordStory;
};

/**
 * Checks a release export, V1 to V14, reading nothing but its directory and the policy file, in memory that grows only
 * by some hundred bytes a row. What was altered is a finding of the report, never an error. Throws invalid_input for a
 * directory that is no export, a policy that cannot be read, a record that is not in it, and formats of other versions.
 */
export async function verifyExport(directory: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  await refuseNoExport(directory);
  const collect = createCollector(options.failFast);
  const checked = await checkAll(directory, options, collect).catch((error: unknown): Checked => {
    if (!isStop(error)) throw error;
    collect.notRun(...(Object.keys(checkNames) as CheckId[])); // its own keys; what has failed stays failed
    return {};
  });
  const { head, seal, story } = checked;
  return {
    v: 'cts-report/1',
    ...collect.verdict(),
    ...(seal === undefined
      ? {}
      : {
          release: {
            name: seal.release,
            rows: seal.counts.rows,
            preferences: seal.counts.preferences,
            sealedAt: seal.time,
          },
        }),
    ...(head === undefined ? {} : { log: { origin: head.origin, size: head.size, root: toBase64(head.root) } }),
    ...(story === undefined ? {} : { record: story }),
  };
}

type Checked = Partial<CheckedRecords> & { head?: Head & { origin: string } };

async function checkAll(directory: string, options: VerifyOptions, collect: Collector): Promise<Checked> {
  const manifest = await collect.attempt('V1', 'MANIFEST.json', () => readManifest(directory));
  const changed = manifest === undefined ? [] : await checkFiles(directory, manifest.files, collect);
  const policy = await readPolicy(directory, options.policy, collect);
  const head = policy === undefined ? undefined : await readHead(directory, policy, collect);
  const keys = await collect.attempt('V8', 'provenance/keys.jsonl', () => readKeys(directory));
  const checked =
    head === undefined || keys === undefined
      ? undefined
      : await checkRecords(
          { directory, head, keys, collect, ...(manifest === undefined ? {} : { manifest }) },
          options,
        );
  tellChanged(
    changed.filter((file) => checked?.buried.has(file) !== true),
    collect,
  );
  if (checked === undefined) collect.notRun('V2', 'V6', 'V7', 'V8', 'V9', 'V10', 'V11', 'V12', 'V13', 'V14');
  if (options.record !== undefined && checked !== undefined && checked.story === undefined)
    throw new AppError('invalid_input', `The release has no record ${JSON.stringify(options.record)}.`);
  return { ...checked, ...(head === undefined ? {} : { head }) };
}

async function refuseNoExport(directory: string): Promise<void> {
  const found = await stat(join(directory, 'MANIFEST.json')).catch(() => undefined);
  const other = found ?? (await stat(join(directory, 'provenance')).catch(() => undefined));
  if (other === undefined)
    throw new AppError(
      'invalid_input',
      `${directory} is no release export: it holds neither MANIFEST.json nor provenance/. Name the directory that "release export" wrote.`,
    );
}

/** V3. A policy the user gives must be readable; the one in the export is evidence like all else there. */
async function readPolicy(
  directory: string,
  path: string | undefined,
  collect: Collector,
): Promise<Policy | undefined> {
  if (path !== undefined) return readPolicyFile(path);
  collect.note(
    "No policy was given: the log's key is the one that came with the export. Compare it with one you had from elsewhere.",
  );
  const policy = await collect.attempt('V3', 'provenance/policy.txt', async () =>
    parsePolicy(await present(join(directory, 'provenance/policy.txt'))),
  );
  if (policy === undefined) collect.notRun('V4', 'V5');
  return policy;
}

/** V4. */
async function readHead(
  directory: string,
  policy: Policy,
  collect: Collector,
): Promise<(Head & { origin: string }) | undefined> {
  const place = 'provenance/checkpoint';
  const head = await collect.attempt('V4', place, async () =>
    judgeCheckpoint(await present(join(directory, place)), policy),
  );
  if (head === undefined) collect.notRun('V5');
  else if (!head.quorumMet)
    collect.incomplete({ check: 'V4', place, problem: 'too few witnesses have signed the head for this policy' });
  return head;
}

async function readKeys(directory: string): Promise<KeyRing> {
  const lines: Uint8Array[] = [];
  for await (const line of linesOf(directory, 'provenance/keys.jsonl')) lines.push(line.bytes);
  return openKeyRing(lines);
}

async function present(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) throw new AppError('check_failed', 'the file is missing');
  return bytes;
}

type Opened = {
  directory: string;
  head: Head & { origin: string };
  keys: KeyRing;
  manifest?: Manifest;
  collect: Collector;
};

type CheckedRecords = { seal: SystemFacts['seal']; buried: ReadonlySet<string>; story?: RecordStory };

async function checkRecords(opened: Opened, options: VerifyOptions): Promise<CheckedRecords | undefined> {
  const { directory, head, keys, manifest, collect } = opened;
  const provenance = join(directory, 'provenance');
  const log = leafHashes(directoryTiles(provenance), head.size);
  const streams = openStreams(directory);
  try {
    const facts = await readSystem(await streams.groups.next(), head.origin, { log, keys, collect });
    if (facts !== undefined && manifest !== undefined)
      await checkManifest(directory, manifest, { seal: facts.seal, keys, collect });
    const list = await collect.attempt('V12', recordsFile, () => readList(directory, collect));
    if (facts === undefined || list === undefined) {
      await scanLog(provenance, { head, sealIndex: 0, listed: new Map(), collect });
      return undefined;
    }
    const { seal } = facts;
    const { listed } = list;
    const tell = await teller(opened, facts, options.record);
    const { enrolments, published } = facts;
    const setup = { provenance, size: head.size, keys: keys.plain(), enrolments, published, seal };
    const pool = openPool(setup, listed.size);
    const walk = { streams, pool, listed, collect, onRecord: tell.onRecord };
    // The log is gone through while threads check records; what it says of each is compared when both are done.
    const scan = scanLog(provenance, { head, sealIndex: seal.index, listed, collect });
    if (!pool.threaded) await scan;
    const [entries, roots] = await Promise.all([scan, collect.attempt('V12', 'data', () => walkRecords(walk))]).finally(
      () => pool.close(),
    );
    if (!entries)
      collect.note(
        "The export holds no entry bundles: that no history is cut short rests on the seal, not on the log's own leaves, and what came behind the seal is not shown.",
      );
    if (roots !== undefined) checkRoots({ ...roots, records: list.root }, seal, collect);
    tell.finish(listed, entries && !collect.failed('V5'));
    const story = await tell.story(againstOf(setup));
    return { seal, buried: roots?.buried ?? new Set(), ...(story === undefined ? {} : { story }) };
  } finally {
    await streams.close();
  }
}

/** The sealed records by subject, and the root over their lines. */
async function readList(directory: string, collect: Collector): Promise<{ listed: Map<string, Listed>; root: Hash }> {
  const listed = new Map<string, Listed>();
  const tree = emptyTree();
  for await (const { bytes } of linesOf(directory, recordsFile)) {
    append(tree, leafHash(bytes));
    const { id, subject } = parseRecord(bytes);
    if (listed.has(subject))
      collect.fail({ check: 'V12', record: id, place: recordsFile, problem: 'it is listed twice' });
    listed.set(subject, { id, position: tree.size - 1, leaves: 0, later: [] });
  }
  return { listed, root: rootOf(tree) };
}

type Teller = {
  onRecord(input: RecordInput, facts: RecordFacts): void;
  /** `counted`: whether the log's own entries were read, so that histories can be counted against them. */
  finish(listed: ReadonlyMap<string, Listed>, counted: boolean): void;
  /** The story of the record that was asked for, told from a check of its own. */
  story(against: Against): Promise<RecordStory | undefined>;
};

/** Follows the walk: disjointness of the splits, what is unopened or erased, people of demonstrations, the asked record. */
async function teller(
  { directory, head, collect }: Opened,
  { rules, published }: SystemFacts,
  asked?: string,
): Promise<Teller> {
  const disjoint = await watchDisjointness(directory, collect);
  const unopened = new Map<string, string>();
  const erased = new Set<string>();
  const shown = new Map<string, number>();
  let demo = 0;
  let early = 0;
  let wanted: RecordInput | undefined;
  return {
    onRecord: (input, facts) => {
      const { record } = input;
      if (facts.apart !== undefined) disjoint.see(record, facts.apart, rules);
      shown.set(record.subject, facts.shown);
      if (facts.erased) erased.add(record.subject);
      if (facts.unopened) unopened.set(record.subject, record.id);
      if (facts.demo) demo++;
      if (facts.firstReview !== undefined && facts.firstReview < published.index) early++;
      if (asked === record.id || asked === record.subject) wanted = input;
    },
    finish: (listed, counted) => {
      for (const [subject, { id, later, leaves }] of listed) {
        const known = shown.get(subject);
        if (counted && known !== undefined && known !== leaves)
          collect.fail({
            check: 'V9',
            record: id,
            place: openingsFile,
            problem: `the log holds ${leaves} events of it before the seal, the export shows ${known}`,
          });
        if (erased.has(subject)) continue;
        if (later.includes(erasureType))
          collect.fail({
            check: 'V14',
            record: id,
            place: 'the log',
            problem: 'it was erased after the sealing, and its contents are still shown',
          });
        else if (later.length > 0)
          collect.incomplete({
            check: 'V14',
            record: id,
            place: 'the log',
            problem: `after the sealing: ${later.join(', ')}`,
          });
        else if (unopened.has(subject))
          collect.incomplete({ check: 'V7', record: id, place: openingsFile, problem: 'its history is not opened' });
      }
      if (erased.size > rules.limits.erased)
        collect.incomplete({
          check: 'V14',
          place: 'the log',
          problem: `${counting(erased.size)} ERASED; the policy allows ${rules.limits.erased}`,
        });
      if (erased.size > 0)
        collect.note(
          `${counting(erased.size)} ERASED: the place in log and release is proven; the contents are gone and were not checked.`,
        );
      if (early > 0)
        collect.note(`${early} records had reviews before the policy they are judged by was published in the log.`);
      if (demo > 0)
        collect.note(
          `${demo} records were judged by people enrolled for a demonstration: no clinician stands behind them.`,
        );
    },
    story: async (against) =>
      wanted === undefined ? undefined : explain(wanted.record, await checkRecord(wanted, against), rules, head),
  };
}

function counting(records: number): string {
  return records === 1 ? '1 record is' : `${records} records are`;
}

/** V12: the roots over what was read are those the seal commits to. */
function checkRoots(
  found: WalkRoots & { records: Hash },
  { roots, counts }: SystemFacts['seal'],
  collect: Collector,
): void {
  const compare = (place: string, same: boolean): void => {
    if (!same) collect.fail({ check: 'V12', place, problem: 'its lines are not those that were sealed' });
  };
  compare(recordsFile, sameBytes(found.records, roots.records));
  compare('data', sameBytes(found.dataset, roots.dataset) && found.rows === counts.rows);
  compare(preferencesFile, sameBytes(found.preferences, roots.preferences) && found.pairs === counts.preferences);
}
