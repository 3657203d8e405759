import { type Context, reader } from '../../context/context.ts';
import { canonicalBytes } from '../../core/canonical-json.ts';
import { messageOf } from '../../core/error.ts';
import { asJson } from '../../ledger/actions.ts';
import { toBase64 } from '../../ledger/bytes.ts';
import { chainsOf } from '../../ledger/chains.ts';
import type { StoredEvent } from '../../ledger/stored-event.ts';
import { append, emptyTree, leafHash, rootOf, type Tree } from '../../ledger/tree/tree.ts';
import { pairsOf, rowOf, type Split } from '../../verify/files/row.ts';
import type { People } from '../../verify/replay/people.ts';
import { type Accepted, replay } from '../../verify/replay/replay.ts';
import type { Rules } from '../../verify/replay/rules.ts';
import type { Exclusion, ExclusionReason, Summary } from '../schema.ts';
import type { Member, Plan } from './plan.ts';
import { enrolledPeople, openChain } from './source-chain.ts';
import { type Candidate, candidatesOf } from './store.ts';

/** Takes the lines of a release as they are made, in order and without their newlines. */
export type LineSink = {
  row(split: Split, line: Uint8Array): Promise<void>;
  pair(line: Uint8Array): Promise<void>;
  record(line: Uint8Array): Promise<void>;
};

export type Built = { readonly summary: Summary; readonly exclusions: Exclusion[] };

const chunkSize = 200;

type Totals = { rows: Tree; records: Tree; pairs: Tree; tally: Tally };

/**
 * Puts every member of a plan through the gate and hands the lines of those that pass to the sink. The same database
 * and plan give the same lines: nothing in them depends on the time or on the order of reading.
 */
export async function buildRelease(ctx: Context, plan: Plan, rules: Rules, sink: LineSink): Promise<Built> {
  const people = await enrolledPeople(ctx);
  const totals = { rows: emptyTree(), records: emptyTree(), pairs: emptyTree(), tally: emptyTally() };
  const exclusions = [...plan.exclusions];
  for (let at = 0; at < plan.members.length; at += chunkSize) {
    const members = plan.members.slice(at, at + chunkSize);
    const instances = members.map((member) => member.instance);
    const chains = await chainsOf(ctx, instances);
    const candidates = new Map((await candidatesOf(reader(ctx), instances)).map((one) => [one.instance, one]));
    for (const member of members) {
      const candidate = candidates.get(member.instance);
      if (candidate === undefined) continue; // accepted a moment ago, and its row is gone: it cannot be in the release
      const judged = judge(chains.get(member.instance) ?? [], rules, people);
      if ('reasons' in judged) exclusions.push({ question: member.question, instance: member.instance, ...judged });
      else await emit({ member, candidate, accepted: judged, rules }, sink, totals);
    }
  }
  return { summary: summarise(plan, totals, exclusions), exclusions };
}

function judge(chain: readonly StoredEvent[], rules: Rules, people: People): Accepted | { reasons: ExclusionReason[] } {
  const events = openChain(chain);
  if (events === undefined) return excluded('its last events have no place in the log yet, or it was erased');
  try {
    const replayed = replay(events, rules, people);
    return 'accepted' in replayed
      ? replayed.accepted
      : { reasons: replayed.problems.map(({ code, text }) => ({ code, text })) };
  } catch (error) {
    return excluded(messageOf(error));
  }
}

function excluded(text: string): { reasons: ExclusionReason[] } {
  return { reasons: [{ code: 'incomplete-history', text }] };
}

type Entry = { member: Member; candidate: Candidate; accepted: Accepted; rules: Rules };

async function emit({ member, candidate, accepted, rules }: Entry, sink: LineSink, totals: Totals): Promise<void> {
  const question = asJson(candidate.question);
  const { split, group, instance } = member;
  const placement = { subject: instance, group, identity: candidate.identity, split };
  const row = canonicalBytes(rowOf(question, accepted, rules, placement));
  const hash = leafHash(row);
  append(totals.rows, hash);
  await sink.row(split, row);
  const { approved, end } = accepted;
  const id = candidate.question.id;
  const record = canonicalBytes({ end, id, leaf: approved.index, row: toBase64(hash), split, subj: instance });
  append(totals.records, leafHash(record));
  await sink.record(record);
  for (const pair of pairsOf(question, accepted, rules, placement)) {
    const line = canonicalBytes(pair);
    append(totals.pairs, leafHash(line));
    await sink.pair(line);
  }
  count(totals.tally, member, candidate, accepted);
}

type Tally = {
  train: number;
  byKind: Counter;
  byLanguage: Counter;
  byDimension: Counter;
  byLicence: Counter;
  groups: Set<string>;
  edited: number;
  panel: number;
  demo: number;
};
type Counter = Map<string, number>;

function emptyTally(): Tally {
  const counters = { byKind: new Map(), byLanguage: new Map(), byDimension: new Map(), byLicence: new Map() };
  return { ...counters, train: 0, groups: new Set(), edited: 0, panel: 0, demo: 0 };
}

function count(tally: Tally, { split, group }: Member, { question }: Candidate, accepted: Accepted): void {
  if (split === 'train') tally.train++;
  add(tally.byKind, question.kind);
  add(tally.byLanguage, question.language);
  for (const dimension of question.dimensions) add(tally.byDimension, dimension);
  add(tally.byLicence, question.licence ?? 'none');
  tally.groups.add(group);
  if (accepted.edits.length > 0) tally.edited++;
  if (accepted.approved.by === 'panel') tally.panel++;
  if (accepted.demo) tally.demo++;
}

function add(counter: Counter, key: string): void {
  counter.set(key, (counter.get(key) ?? 0) + 1);
}

function summarise(plan: Plan, { rows, records, pairs, tally }: Totals, exclusions: readonly Exclusion[]): Summary {
  const byCode: Counter = new Map();
  for (const { reasons } of exclusions)
    for (const code of new Set(reasons.map((reason) => reason.code))) add(byCode, code);
  const root = (tree: Tree): string => toBase64(rootOf(tree));
  return {
    candidates: plan.candidates,
    counts: { rows: rows.size, train: tally.train, validation: rows.size - tally.train, preferences: pairs.size },
    roots: { dataset: root(rows), records: root(records), preferences: root(pairs) },
    byKind: sorted(tally.byKind),
    byLanguage: sorted(tally.byLanguage),
    byDimension: sorted(tally.byDimension),
    byLicence: sorted(tally.byLicence),
    groups: tally.groups.size,
    edited: tally.edited,
    panel: tally.panel,
    demo: tally.demo,
    heldOut: plan.heldOut.length,
    excluded: sorted(byCode),
  };
}

function sorted(counter: Counter): { [key: string]: number } {
  return Object.fromEntries([...counter].sort(([a], [b]) => (a < b ? -1 : 1)));
}
