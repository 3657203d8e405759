import { AppError } from '../../core/error.ts';
import { scopeSubject, systemScope } from '../../ledger/leaves/subject.ts';
import { checkSystemChain, type OpeningGroup } from '../chains/chain.ts';
import type { KeyRing } from '../chains/keys.ts';
import type { LeafHashes } from '../chains/leaf-hashes.ts';
import { integerAt, textAt } from '../fields.ts';
import { readSeal, type Seal } from '../files/seal.ts';
import type { ChainEvent } from '../replay/history.ts';
import { isEnrolment, type People, readPeople } from '../replay/people.ts';
import { type Rules, readRules } from '../replay/rules.ts';
import type { Collector } from '../report.ts';

/** What the system chain says up to the seal: by which rules, by whom, and what was sealed. */
export type SystemFacts = {
  readonly rules: Rules;
  readonly people: People;
  readonly seal: Seal;
  /** The event that published the rules. */
  readonly published: ChainEvent;
  /** The events that say who was enrolled. */
  readonly enrolments: readonly ChainEvent[];
};

/** Events a verdict hangs on; an export that withholds one of them shows less than it must. */
const needed = new Set(['reviewer.enrolled', 'reviewer.revoked', 'key.rotated', 'policy.published']);

/**
 * Checks the first group of the openings, the system chain, which ends with the seal of this release. Whatever is wrong
 * goes to the collector; undefined if no verdict on records is possible without it.
 */
export async function readSystem(
  group: OpeningGroup | undefined,
  origin: string,
  { log, keys, collect }: { log: LeafHashes; keys: KeyRing; collect: Collector },
): Promise<SystemFacts | undefined> {
  const place = 'provenance/openings.jsonl';
  if (group?.subject !== scopeSubject(origin, systemScope)) {
    collect.fail({ check: 'V9', place, problem: 'the openings do not begin with the system chain of this log' });
    return undefined;
  }
  const { openings, events, faults, unopened } = await checkSystemChain(group, log, keys);
  for (const fault of faults) collect.fail({ ...fault, record: 'system' });
  for (const { index, leaf } of unopened)
    if (needed.has(leaf.type))
      collect.incomplete({ check: 'V7', place: `leaf ${index}`, problem: `the ${leaf.type} there is not opened` });
  return collect.attempt('V12', place, () => {
    const seal = events.at(-1);
    if (seal?.type !== 'dataset.sealed' || seal.seq !== openings.at(-1)?.leaf.seq)
      throw new AppError('check_failed', 'the system chain does not end with an opened seal');
    return readFacts(events, seal, collect);
  });
}

function readFacts(events: readonly ChainEvent[], last: ChainEvent, collect: Collector): SystemFacts {
  const seal = readSeal(last);
  const people = readPeople(events);
  const published = events.findLast((event) => event.type === 'policy.published' && digestOf(event) === seal.policy);
  if (published === undefined)
    throw new AppError('check_failed', 'the policy the seal names was never published in the log');
  collect.note(`The gate is the one published at leaf ${published.index} of the log (${published.time}).`);
  checkSigners(seal, people);
  checkGate(events, seal);
  return { rules: readRules(published.data), people, seal, published, enrolments: events.filter(isEnrolment) };
}

function digestOf(event: ChainEvent): string | undefined {
  const { profile } = event.data;
  if (typeof profile !== 'object' || profile === null || Array.isArray(profile)) return undefined;
  return typeof profile.digest === 'string' ? profile.digest : undefined;
}

/** Whoever prepares a release may not approve it. */
function checkSigners({ createdBy, approvedBy, index }: Seal, people: People): void {
  if (createdBy === approvedBy)
    throw new AppError('check_failed', `${createdBy} both prepared and approved the release`);
  for (const [account, role] of [
    [createdBy, 'steward'],
    [approvedBy, 'release-approver'],
  ] as const)
    if (!(people.at(account, index)?.roles ?? []).includes(role))
      throw new AppError('check_failed', `${account} was not enrolled as ${role} when the release was sealed`);
}

function checkGate(events: readonly ChainEvent[], seal: Seal): void {
  const decided = events.findLast(
    (event) => event.type === 'gate.decided' && event.data.release === seal.release && event.index < seal.index,
  );
  if (decided === undefined) throw new AppError('check_failed', 'no gate decision for this release precedes its seal');
  const where = `leaf ${decided.index} (gate.decided)`;
  if (
    textAt(decided.data, 'policy', where) !== seal.policy ||
    integerAt(decided.data, 'passed', where) !== seal.counts.rows
  )
    throw new AppError('check_failed', `${where} speaks of another policy or number of rows than the seal`);
}
