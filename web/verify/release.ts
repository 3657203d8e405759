import type { Opening } from '../../src/ledger/schema.ts';
import type { Anchor } from '../../src/release/schema.ts';
import { toBase64, toHex } from './bytes.ts';
import { type CheckedEvent, checkEvent } from './chain.ts';
import type { CheckedLog } from './checked-log.ts';
import { openByNewest } from './checkpoint.ts';
import { type Fault, faultOf, VerifyError } from './fault.ts';
import { type Data, numberAt, numbersAt, objectAt, textAt } from './fields.ts';
import { sha256 } from './hash.ts';
import { newestKey } from './key-ring.ts';
import { parseObject } from './leaf.ts';
import { type Progress, readLines } from './lines.ts';
import { type Ask, refuseFork } from './log.ts';
import { systemSubject } from './subject.ts';

/** What the seal of a release commits to (CTS §8.6), as its envelope says it. */
export type Seal = {
  readonly manifest: string;
  readonly policy: string;
  readonly recordsRoot: string;
  readonly counts: Record<'rows' | 'train' | 'validation' | 'preferences', number>;
};

export type CheckedRelease = {
  /** Policy, gate and seal, in the order of the log. */
  readonly events: readonly CheckedEvent[];
  /** What does not fit between them, or between them and the head that the release was frozen with. */
  readonly faults: readonly Fault[];
  /** Absent where there is no seal, or none that could be read. */
  readonly seal?: Seal;
};

/** Checks the signed events of a release one by one, then against each other and against the head of its export. */
export async function checkRelease(
  name: string,
  openings: readonly Opening[],
  anchor: Anchor | undefined,
  log: CheckedLog,
): Promise<CheckedRelease> {
  const key = newestKey(log.keys ?? []);
  const subject = key === undefined ? '' : await systemSubject(key.name);
  const events: CheckedEvent[] = [];
  for (const opening of openings) events.push(await checkEvent(opening, subject, log));
  const faults: Fault[] = [];
  let seal: Seal | undefined;
  try {
    const sealed = events.find((event) => event.leaf?.type === 'dataset.sealed');
    if (sealed === undefined && anchor !== undefined) throw new VerifyError('seal-missing');
    if (sealed?.said !== undefined) seal = readSeal(sealed.said.data);
    if (seal !== undefined) refuseContradiction(name, seal, events);
    if (anchor !== undefined) await checkAnchor(anchor, sealed, log);
  } catch (error) {
    faults.push(faultOf(error));
  }
  return { events, faults, ...(seal === undefined ? {} : { seal }) };
}

function readSeal(data: Data): Seal {
  const manifest = textAt(data, 'manifest');
  const policy = textAt(data, 'policy');
  const recordsRoot = textAt(objectAt(data, 'roots'), 'records');
  const { rows, train, validation, preferences } = numbersAt(data, 'counts');
  const complete = rows !== undefined && train !== undefined && validation !== undefined && preferences !== undefined;
  if (data.v !== 'cts-seal/1' || manifest === undefined || policy === undefined || recordsRoot === undefined)
    throw new VerifyError('seal-malformed');
  if (!complete) throw new VerifyError('seal-malformed');
  return { manifest, policy, recordsRoot, counts: { rows, train, validation, preferences } };
}

/** Throws unless seal, gate and policy are of this release, name each other, and follow each other in the log. */
function refuseContradiction(name: string, seal: Seal, events: readonly CheckedEvent[]): void {
  const of = (type: string): CheckedEvent | undefined => events.find((event) => event.leaf?.type === type);
  const [gate, sealed] = [of('gate.decided'), of('dataset.sealed')];
  const policy = events.find(
    (event) =>
      event.leaf?.type === 'policy.published' &&
      textAt(objectAt(event.said?.data ?? {}, 'profile'), 'digest') === seal.policy,
  );
  const decided = gate?.said?.data ?? {};
  const agree =
    sealed?.said?.data.release === name &&
    decided.release === name &&
    decided.policy === seal.policy &&
    decided.passed === seal.counts.rows;
  const ordered = (policy?.seq ?? Infinity) < (gate?.seq ?? -1) && (gate?.seq ?? Infinity) < (sealed?.seq ?? -1);
  if (!agree || !ordered) throw new VerifyError('seal-contradicted');
}

/** The head that the export was frozen with must be signed, behind the seal, and a beginning of the log of today. */
async function checkAnchor(anchor: Anchor, sealed: CheckedEvent | undefined, log: CheckedLog): Promise<void> {
  if (log.keys === undefined || log.head === undefined || log.nodes === undefined) throw new VerifyError('log');
  const head = await openByNewest(
    anchor.checkpoint,
    log.keys.map(({ key }) => key),
  );
  await refuseFork(head, log.head, log.nodes);
  if (sealed?.index === undefined || sealed.index >= head.size || head.size !== anchor.size)
    throw new VerifyError('seal-contradicted');
}

/** Checks that MANIFEST.json of the release is the one that the seal names. */
export async function checkManifest(ask: Ask, name: string, seal: Seal): Promise<Fault | undefined> {
  const file = await releaseFile(ask, name, 'MANIFEST.json');
  if (!file.ok) return { code: 'unreachable', where: 'MANIFEST.json' };
  const digest = toHex(await sha256(new Uint8Array(await file.arrayBuffer())));
  return digest === seal.manifest ? undefined : { code: 'manifest', where: digest };
}

/** A line of the sealed list of records (CTS §8.3): which instance stands in the release, where, and by which leaf. */
export type SealedRecord = {
  readonly id: string;
  readonly subject: string;
  readonly split: string;
  readonly leaf: number;
};

export type CheckedRecords = { readonly records: readonly SealedRecord[]; readonly fault?: Fault };

/** Reads the list of records and checks it against the seal's root and count; `progress` gets the share read, 0 to 1. */
export async function checkRecords(
  ask: Ask,
  name: string,
  seal: Seal,
  progress: (share: number) => void = () => undefined,
): Promise<CheckedRecords> {
  const file = await releaseFile(ask, name, 'provenance/records.jsonl');
  if (!file.ok || file.body === null) return { records: [], fault: { code: 'unreachable', where: 'records.jsonl' } };
  const total = Number(file.headers.get('Content-Length') ?? 0);
  const advance: Progress = (bytes) => progress(total > 0 ? Math.min(1, bytes / total) : 0);
  const records: SealedRecord[] = [];
  let malformed = 0;
  const { root, cut } = await readLines(
    file.body,
    (line) => {
      const record = readRecord(line);
      if (record === undefined) malformed++;
      else records.push(record);
    },
    advance,
  );
  if (toBase64(root) !== seal.recordsRoot) return { records, fault: { code: 'records-root' } };
  if (cut || malformed > 0) return { records, fault: { code: 'records-malformed' } };
  if (records.length !== seal.counts.rows)
    return { records, fault: { code: 'records-count', where: `${records.length} ≠ ${seal.counts.rows}` } };
  return { records };
}

function readRecord(line: Uint8Array): SealedRecord | undefined {
  const fields = parseObject(line) ?? {};
  const [id, subject, split] = [textAt(fields, 'id'), textAt(fields, 'subj'), textAt(fields, 'split')];
  const leaf = numberAt(fields, 'leaf');
  if (id === undefined || subject === undefined || split === undefined || leaf === undefined) return undefined;
  return { id, subject, split, leaf };
}

function releaseFile(ask: Ask, name: string, path: string): Promise<Response> {
  return ask(`/v1/releases/${encodeURIComponent(name)}/files/${path}`);
}
