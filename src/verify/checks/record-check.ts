import { canonicalJson, parseStrictJson } from '../../core/canonical-json.ts';
import { AppError, messageOf } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import { fromUtf8 } from '../../ledger/bytes.ts';
import { checkChain, type Fault, type OpeningGroup } from '../chains/chain.ts';
import type { KeyRing } from '../chains/keys.ts';
import type { LeafHashes } from '../chains/leaf-hashes.ts';
import type { Opening } from '../chains/opening.ts';
import { asObject, type JsonObject, textAt } from '../fields.ts';
import type { SealedRecord } from '../files/records.ts';
import { type Placement, pairsOf, rowOf } from '../files/row.ts';
import type { Seal } from '../files/seal.ts';
import { readTombstone } from '../files/tombstone.ts';
import type { Line } from '../lines.ts';
import type { ChainEvent } from '../replay/history.ts';
import type { People } from '../replay/people.ts';
import { type Accepted, replay } from '../replay/replay.ts';
import type { Rules } from '../replay/rules.ts';
import { checkErased } from './erased.ts';

/** What the check of one record needs: the record, and what the files hold at its place. */
export type RecordInput = {
  readonly record: SealedRecord;
  readonly row?: Line & { readonly file: string };
  readonly group?: OpeningGroup;
  readonly pairs: readonly Line[];
};

export type Against = {
  readonly log: LeafHashes;
  readonly keys: KeyRing;
  readonly rules: Rules;
  readonly people: People;
  readonly seal: Seal;
};

export type RecordResult = {
  readonly faults: readonly Fault[];
  readonly unopened: number;
  readonly events: readonly ChainEvent[];
  /** All leaves of its history, opened or not. */
  readonly openings: readonly Opening[];
  readonly row?: JsonObject;
  readonly accepted?: Accepted;
  /** The event that tells of the erasure of its contents. */
  readonly erased?: ChainEvent;
};

/** V6 to V11 for one record: its chain, its text, the gate, and that its row and pairs say what follows from them. */
export async function checkRecord(input: RecordInput, against: Against): Promise<RecordResult> {
  const { record, group } = input;
  const faults: Fault[] = [];
  const fail = (check: Fault['check'], place: string, problem: string): number =>
    faults.push({ check, place, problem });
  const place = input.row === undefined ? `data/${record.split}.jsonl` : `${input.row.file}, line ${input.row.number}`;
  const tombstone = input.row === undefined ? undefined : readTombstone(input.row.bytes);
  const row = tombstone === undefined ? readRow(input.row, (problem) => fail('V12', place, problem)) : undefined;
  const chain = group === undefined ? undefined : await checkChain(group, against.log, against.keys);
  if (group === undefined || chain === undefined) {
    fail('V9', 'provenance/openings.jsonl', 'its history is missing');
    return { faults, unopened: 0, events: [], openings: [], ...(row === undefined ? {} : { row: row.value }) };
  }
  faults.push(...chain.faults);
  for (const problem of countProblems(input, chain.openings, against.seal.index))
    fail('V9', 'provenance/openings.jsonl', problem);
  const shown = { faults, events: chain.events, openings: chain.openings };
  if (tombstone !== undefined) {
    const erased = checkErased(input.pairs, tombstone, chain.events, (problem) => fail('V14', place, problem));
    return { ...shown, unopened: 0, ...(erased === undefined ? {} : { erased }) };
  }
  const result = { ...shown, unopened: chain.unopened.length };
  if (row === undefined) return result;
  if (chain.faults.length > 0 || chain.unopened.length > 0) return { ...result, row: row.value };
  try {
    const accepted = checkMeaning({ input, row, events: chain.events, against, place }, fail);
    return { ...result, row: row.value, ...(accepted === undefined ? {} : { accepted }) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    fail('V10', place, messageOf(error));
    return { ...result, row: row.value };
  }
}

type Row = { readonly text: string; readonly value: JsonObject };

function readRow(line: Line | undefined, fail: (problem: string) => void): Row | undefined {
  if (line === undefined) return undefined;
  try {
    const text = fromUtf8(line.bytes);
    if (text === undefined) throw new AppError('check_failed', 'it is not UTF-8');
    return { text, value: asObject(parseStrictJson(text), 'the row') };
  } catch (error) {
    fail(`the row cannot be read: ${messageOf(error)}`);
    return undefined;
  }
}

/** A history that is cut at its end has no gap: only the seal and the log's own leaves tell how long it is. */
function countProblems({ record }: RecordInput, shown: readonly Opening[], sealIndex: number): string[] {
  const problems: string[] = [];
  const openings = shown.filter((one) => one.index < sealIndex);
  const last = openings.at(-1)?.leaf.seq;
  if (last !== record.end) problems.push(`its history ends with event ${last}, the seal says ${record.end}`);
  if (!openings.some((one) => one.index === record.leaf && one.leaf.type === 'example.approved'))
    problems.push(`leaf ${record.leaf}, which the seal names, is not its approval`);
  return problems;
}

type Meaning = {
  input: RecordInput;
  row: Row;
  events: readonly ChainEvent[];
  against: Against;
  place: string;
};

function checkMeaning(
  { input, row, events, against, place }: Meaning,
  fail: (check: Fault['check'], place: string, problem: string) => void,
): Accepted | undefined {
  const { record } = input;
  const replayed = replay(events, against.rules, against.people);
  if ('problems' in replayed) {
    for (const { check, text } of replayed.problems) fail(check, place, text);
    return undefined;
  }
  const { accepted } = replayed;
  const question = asObject(row.value.question, 'the row.question');
  const { imported } = accepted.history;
  if (
    sha256Hex(canonicalJson(question)) !== imported.sha256 ||
    textAt(question, 'id', 'question') !== imported.question
  )
    fail('V10', place, 'its question is not the one that was imported');
  if (record.id !== imported.question)
    fail('V12', place, `the seal calls it ${record.id}, its history ${imported.question}`);
  if (accepted.approved.index !== record.leaf) fail('V12', place, `it was approved by leaf ${accepted.approved.index}`);
  const placement: Placement = {
    subject: record.subject,
    group: textAt(row.value, 'group', 'the row'),
    identity: textAt(row.value, 'identity', 'the row'),
    split: record.split,
  };
  const expected = rowOf(question, accepted, against.rules, placement);
  if (row.text !== canonicalJson(expected)) {
    const said = differences(row.value, expected);
    for (const problem of said) fail('V10', place, problem);
    if (said.length === 0) fail('V10', place, 'it is not written in canonical form');
  }
  checkPairs(input.pairs, pairsOf(question, accepted, against.rules, placement), fail);
  return accepted;
}

function checkPairs(
  lines: readonly Line[],
  expected: readonly JsonObject[],
  fail: (check: Fault['check'], place: string, problem: string) => void,
): void {
  const file = 'data/preferences.jsonl';
  if (lines.length !== expected.length)
    fail('V10', file, `its history gives ${expected.length} preference pairs, the release has ${lines.length}`);
  for (const [i, { number, bytes }] of lines.entries()) {
    const pair = asObject(parseStrictJson(fromUtf8(bytes) ?? ''), `${file}, line ${number}`);
    for (const problem of differences(pair, expected[i] ?? {})) fail('V10', `${file}, line ${number}`, problem);
  }
}

/** The members in which a record differs from what its history says, by name. */
function differences(actual: JsonObject, expected: JsonObject): string[] {
  const keys = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  return [...keys]
    .filter((key) => written(actual, key) !== written(expected, key))
    .map((key) => `its "${key}" is not what its signed history says`);
}

function written(object: JsonObject, key: string): string {
  return key in object ? canonicalJson(object[key]) : '';
}
