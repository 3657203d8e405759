import { sameBytes } from '../../ledger/bytes.ts';
import { append, emptyTree, type Hash, leafHash, rootOf, type Tree } from '../../ledger/tree/tree.ts';
import type { OpeningGroup } from '../chains/chain.ts';
import {
  dataFile,
  type ExportStreams,
  labelOf,
  openingsFile,
  preferencesFile,
  type RowLine,
} from '../files/export-files.ts';
import type { SealedRecord } from '../files/records.ts';
import { splits } from '../files/row.ts';
import { readTombstone } from '../files/tombstone.ts';
import type { Line } from '../lines.ts';
import type { Collector } from '../report.ts';
import { takeAllFor, takeFor } from './align.ts';
import type { CheckPool } from './check-pool.ts';
import type { RecordInput } from './record-check.ts';
import type { RecordFacts } from './record-facts.ts';
import type { Listed } from './scan.ts';

export type Walk = {
  streams: ExportStreams;
  pool: CheckPool;
  /** By subject: the records that the seal lists. */
  listed: ReadonlyMap<string, Listed>;
  collect: Collector;
  /** Called with each record in order, after its check. */
  onRecord: (input: RecordInput, facts: RecordFacts) => void;
};

export type WalkRoots = {
  dataset: Hash;
  preferences: Hash;
  rows: number;
  pairs: number;
  /** Data files that hold tombstones: their bytes are no longer those of the manifest, their lines are proven one by one. */
  buried: ReadonlySet<string>;
};

/** Goes through rows, histories and pairs record by record in the order of the seal, in constant memory. */
export async function walkRecords(walk: Walk): Promise<WalkRoots> {
  const trees = { rows: emptyTree(), pairs: emptyTree(), buried: new Set<string>() };
  const running: { input: RecordInput; checked: Promise<RecordFacts> }[] = [];
  const settleFirst = async (): Promise<void> => {
    const first = running.shift();
    if (first !== undefined) settle(walk, first.input, await first.checked);
  };
  for (;;) {
    const record = await walk.streams.records.next();
    if (record === undefined) break;
    const input = await gather(walk, record, trees);
    const checked = walk.pool.check(input);
    checked.catch(() => undefined); // awaited in its turn; until then a failure must not count as unhandled
    running.push({ input, checked });
    if (running.length >= walk.pool.depth) await settleFirst();
  }
  walk.pool.flush();
  while (running.length > 0) await settleFirst();
  await tellLeftovers(walk, trees);
  return {
    dataset: rootOf(trees.rows),
    preferences: rootOf(trees.pairs),
    rows: trees.rows.size,
    pairs: trees.pairs.size,
    buried: trees.buried,
  };
}

type Trees = { rows: Tree; pairs: Tree; buried: Set<string> };

async function gather(walk: Walk, record: SealedRecord, trees: Trees): Promise<RecordInput> {
  const { streams, listed, collect } = walk;
  const [next] = await streams.records.peek(1);
  const position = listed.get(record.subject)?.position ?? -1;
  const rows = await takeFor<RowLine>(streams.rows[record.split], {
    belongs: (line) => labelOf(line).subject === record.subject || sameBytes(leafHash(line.bytes), record.row),
    nameOf: (line) => labelOf(line).subject,
    following: next?.subject,
    isListed: (subject) => listed.has(subject),
  });
  for (const { item } of rows.strays) addRow(trees, strayRow(walk, item));
  const row = rows.item;
  if (row === undefined)
    collect.fail({ check: 'V12', record: record.id, place: dataFile[record.split], problem: 'its row is missing' });
  else if (!sameBytes(addRow(trees, row, record.row), record.row))
    collect.fail({
      check: 'V12',
      record: record.id,
      place: `${row.file}, line ${row.number}`,
      problem: `the row was altered or is not the one sealed here (it calls itself ${labelOf(row).id})`,
    });
  const groups = await takeAllFor<OpeningGroup>(streams.groups, position, {
    positionOf: (group) => listed.get(group.subject)?.position,
    nameOf: (group) => group.subject,
  });
  for (const { item, name } of groups.strays) strayGroup(walk, item, name);
  const [group] = groups.items;
  const pairs = await takeAllFor<Line>(streams.pairs, position, {
    positionOf: (line) => listed.get(labelOf(line).subject)?.position,
    nameOf: (line) => labelOf(line).id,
  });
  for (const { item } of pairs.strays) strayPair(walk, item);
  for (const line of [...pairs.strays.map((stray) => stray.item), ...pairs.items]) addPair(trees, line);
  return {
    record,
    pairs: pairs.items,
    ...(row === undefined ? {} : { row }),
    ...(group === undefined ? {} : { group }),
  };
}

function settle({ collect, onRecord }: Walk, input: RecordInput, facts: RecordFacts): void {
  for (const fault of facts.faults) collect.fail({ ...fault, record: input.record.id });
  onRecord(input, facts);
}

/** Adds a row to the tree and returns its hash. A tombstone counts as the row that the sealed list has at its place. */
function addRow(trees: Trees, row: RowLine, sealed?: Hash): Hash {
  const buried = sealed !== undefined && readTombstone(row.bytes) !== undefined;
  if (buried) trees.buried.add(row.file);
  const hash = buried ? sealed : leafHash(row.bytes);
  append(trees.rows, hash);
  return hash;
}

/** As `addRow` for a pair: what a tombstone says stood there is proven by the sealed root over all pairs. */
function addPair(trees: Trees, pair: Line): void {
  const tombstone = readTombstone(pair.bytes);
  if (tombstone !== undefined) trees.buried.add(preferencesFile);
  append(trees.pairs, tombstone?.hash ?? leafHash(pair.bytes));
}

/** What is left in the files when all records have been seen was added behind them. */
async function tellLeftovers(walk: Walk, trees: Trees): Promise<void> {
  const { streams } = walk;
  for (const split of splits)
    for (let row = await streams.rows[split].next(); row !== undefined; row = await streams.rows[split].next())
      addRow(trees, strayRow(walk, row));
  for (let group = await streams.groups.next(); group !== undefined; group = await streams.groups.next())
    strayGroup(walk, group, group.subject);
  for (let pair = await streams.pairs.next(); pair !== undefined; pair = await streams.pairs.next())
    addPair(trees, strayPair(walk, pair));
}

function strayRow({ collect, listed }: Walk, row: RowLine): RowLine {
  const { id, subject } = labelOf(row);
  const problem = listed.has(subject)
    ? 'the row stands where the seal has another one'
    : 'the row was added: the seal does not list it';
  collect.fail({ check: 'V12', record: id, place: `${row.file}, line ${row.number}`, problem });
  return row;
}

function strayGroup({ collect, listed }: Walk, group: OpeningGroup, subject: string): void {
  const line = group.lines[0]?.number ?? 0;
  const record = listed.get(subject)?.id ?? subject;
  collect.fail({
    check: 'V9',
    record,
    place: `${openingsFile}, line ${line}`,
    problem: 'the history of no record at this place',
  });
}

function strayPair({ collect }: Walk, line: Line): Line {
  const { id } = labelOf(line);
  collect.fail({
    check: 'V12',
    record: id,
    place: `${preferencesFile}, line ${line.number}`,
    problem: 'the pair belongs to no record at this place',
  });
  return line;
}
