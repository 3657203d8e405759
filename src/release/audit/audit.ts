import { requireRole } from '../../context/actor.ts';
import { type Context, reader } from '../../context/context.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { chainOf, chainsOf, systemChain } from '../../ledger/chains.ts';
import { erasureType } from '../../ledger/event-types.ts';
import { decodeLeaf } from '../../ledger/leaves/leaf.ts';
import { sequencerOf } from '../../ledger/log/sequencer.ts';
import type { StoredEvent } from '../../ledger/stored-event.ts';
import type { KeyRing } from '../../verify/chains/keys.ts';
import { type LeafHashes, leafHashes } from '../../verify/chains/leaf-hashes.ts';
import { linesOf, recordsFile } from '../../verify/files/export-files.ts';
import { parseRecord } from '../../verify/files/records.ts';
import type { ChainEvent } from '../../verify/replay/history.ts';
import { readPeople } from '../../verify/replay/people.ts';
import { frozenRelease } from '../actions.ts';
import type { AuditReport } from '../schema.ts';
import { logKeyRing } from '../sealing/key-ring.ts';
import { auditChain } from './events.ts';
import { type ActualRow, asJsonValue, compareRows, decidedState, rowsOfEvent } from './rows.ts';
import { accountRows, instanceIds, orphanSubjects, positionPage, rowsOfInstances, sealedRows } from './store.ts';

const pageSize = 200;

/**
 * Compares the rows behind a frozen release with the signed events and those with the log, and names every record that
 * was altered, removed or added, by whatever means. It reads the database; what was exported is for `verifyExport`.
 */
export async function auditRelease(ctx: Context, name: string): Promise<AuditReport> {
  requireRole(ctx.actor, 'auditor', 'steward', 'release-approver', 'engineer');
  const release = await frozenRelease(ctx, name);
  const audit = await openAudit(ctx);
  const subjects: string[] = [];
  for await (const { bytes } of linesOf(release.path, recordsFile)) {
    subjects.push(parseRecord(bytes).subject);
    if (subjects.length === pageSize) await auditInstances(ctx, audit, subjects.splice(0));
  }
  await auditInstances(ctx, audit, subjects);
  await auditSystem(ctx, audit);
  return audit.report();
}

/** As `auditRelease`, for everything the workspace holds, and that no leaf of the log lacks its event. */
export async function auditWorkspace(ctx: Context): Promise<AuditReport> {
  requireRole(ctx.actor, 'auditor', 'steward', 'release-approver', 'engineer');
  const audit = await openAudit(ctx);
  for (let after: string | undefined; ; ) {
    const page = await instanceIds(reader(ctx), after, pageSize);
    await auditInstances(ctx, audit, page);
    after = page.at(-1);
    if (page.length < pageSize) break;
  }
  for (const subject of await orphanSubjects(reader(ctx), ctx.ledger.systemSubject))
    await auditOrphan(ctx, audit, subject);
  await auditSystem(ctx, audit);
  await auditLeaves(ctx, audit);
  return audit.report();
}

type Audit = {
  readonly log: { readonly hashes: LeafHashes; readonly size: number };
  readonly keys: KeyRing;
  counted(what: 'events' | 'rows' | 'pending', n: number): void;
  find(finding: AuditReport['findings'][number]): void;
  report(): AuditReport;
};

async function openAudit(ctx: Context): Promise<Audit> {
  const { log, flush } = sequencerOf(ctx.ledger);
  await flush();
  const { size } = log.head();
  const counts = { events: 0, rows: 0, pending: 0 };
  const findings: AuditReport['findings'] = [];
  return {
    log: { hashes: leafHashes(log.tiles, size), size },
    keys: await logKeyRing(ctx),
    counted: (what, n) => {
      counts[what] += n;
    },
    find: (finding) => findings.push(finding),
    report: () => ({ ...counts, findings }),
  };
}

async function auditInstances(ctx: Context, audit: Audit, instances: readonly string[]): Promise<void> {
  if (instances.length === 0) return;
  const chains = await chainsOf(ctx, instances);
  const rows = await rowsOfInstances(reader(ctx), instances);
  for (const subject of instances)
    await auditInstance(audit, subject, chains.get(subject) ?? [], rows.get(subject) ?? []);
}

/** A chain without an instance must be one whose contents were erased. */
async function auditOrphan(ctx: Context, audit: Audit, subject: string): Promise<void> {
  const chain = await chainOf(ctx, subject);
  const { events, findings, pending } = await auditChain(chain, audit.log, audit.keys);
  audit.counted('events', chain.length);
  audit.counted('pending', pending);
  for (const finding of findings) audit.find({ record: subject, subject, ...finding });
  if (events.at(-1)?.type === erasureType) return;
  const problem = `instance ${subject} is missing: it was signed, and its row is gone`;
  audit.find({ record: subject, subject, seq: 0, problem });
}

async function auditInstance(
  audit: Audit,
  subject: string,
  chain: readonly StoredEvent[],
  actual: readonly ActualRow[],
): Promise<void> {
  const { events, findings, pending } = await auditChain(chain, audit.log, audit.keys);
  audit.counted('events', chain.length);
  audit.counted('rows', actual.length);
  audit.counted('pending', pending);
  const imported = events[0]?.data.question;
  const record = typeof imported === 'string' ? imported : subject;
  for (const finding of findings) audit.find({ record, subject, ...finding });
  const expected = events.flatMap((event) => rowsOfEvent(subject, event));
  for (const finding of compareRows(expected, actual)) audit.find({ record, subject, ...finding });
  const state = actual.find((row) => row.table === 'instance')?.columns.state;
  const decided = decidedState(events);
  if (
    typeof state === 'string' &&
    (decided ?? 'open') !== (state === 'accepted' || state === 'rejected' ? state : 'open')
  )
    audit.find({
      record,
      subject,
      seq: events.at(-1)?.seq ?? 0,
      problem: `instance ${subject} was altered: it is ${state}, its signed history says ${decided ?? 'undecided'}`,
    });
}

/** The system chain against the log, the accounts against their enrolments, sealed releases against their seals. */
async function auditSystem(ctx: Context, audit: Audit): Promise<void> {
  const subject = ctx.ledger.systemSubject;
  const chain = await systemChain(ctx);
  const { events, findings, pending } = await auditChain(chain, audit.log, audit.keys);
  audit.counted('events', chain.length);
  audit.counted('pending', pending);
  for (const finding of findings) audit.find({ record: 'system', subject, ...finding });
  await auditAccounts(ctx, audit, events);
  for (const row of await sealedRows(reader(ctx))) {
    const seal = events.find((event) => event.type === 'dataset.sealed' && event.data.release === row.name);
    const same =
      seal?.data.manifest === row.manifest &&
      seal?.seq === row.seq &&
      canonicalJson(seal?.data.roots ?? null) === canonicalJson(asJsonValue(row.roots));
    if (!same)
      audit.find({
        record: row.name,
        subject,
        seq: row.seq ?? 0,
        problem: `dataset_release ${row.name} is not what was sealed`,
      });
  }
}

async function auditAccounts(ctx: Context, audit: Audit, events: readonly ChainEvent[]): Promise<void> {
  const people = readPeople(events);
  const subject = ctx.ledger.systemSubject;
  for (const account of await accountRows(reader(ctx))) {
    audit.counted('rows', 1);
    const signed = people.at(account.id, Number.POSITIVE_INFINITY);
    const find = (problem: string): void =>
      audit.find({ record: account.id, subject, seq: -1, problem: `account ${account.id} ${problem}` });
    if (signed === undefined) {
      if (!account.revoked) find('was added: nobody enrolled it');
      continue;
    }
    const there = { roles: account.roles, credentialed: account.credentialed, demo: account.demo };
    if (canonicalJson(there) !== canonicalJson({ ...signed }))
      find('was altered: its roles or credential are not those enrolled');
  }
}

/** Every leaf of the log has its event row. */
async function auditLeaves(ctx: Context, audit: Audit): Promise<void> {
  const { log } = sequencerOf(ctx.ledger);
  const { size } = audit.log;
  for (let from = 0; from < size; from += pageSize) {
    const to = Math.min(from + pageSize, size);
    const known = new Set(await positionPage(reader(ctx), from, to));
    if (known.size === to - from) continue;
    for (let index = from; index < to; index++) {
      if (known.has(index)) continue;
      const { subj, seq, type } = decodeLeaf(await log.leafAt(index));
      audit.find({
        record: subj,
        subject: subj,
        seq,
        problem: `event ${type} is missing: leaf ${index} of the log has no row`,
      });
    }
  }
}
