import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalBytes, canonicalJson, type JsonValue } from '../src/core/canonical-json.ts';
import { sha256Hex } from '../src/core/hash.ts';
import { signEnvelope } from '../src/ledger/attestations/dsse.ts';
import { encodeStatement, predicateTypes, statementPayloadType } from '../src/ledger/attestations/statement.ts';
import { toBase64 } from '../src/ledger/bytes.ts';
import { parseCheckpoint } from '../src/ledger/checkpoints/checkpoint.ts';
import { parseNote } from '../src/ledger/checkpoints/note.ts';
import type { Signer } from '../src/ledger/keys/ed25519.ts';
import { commitmentTo } from '../src/ledger/leaves/commitment.ts';
import { type ChainEnd, linkLeaf } from '../src/ledger/leaves/leaf.ts';
import { createLog } from '../src/ledger/log/log.ts';
import { directoryTiles, readLeaves } from '../src/ledger/tiles/source.ts';
import { leafHash, rootOfList } from '../src/ledger/tree/tree.ts';
import { signManifest, writeManifest } from '../src/release/sealing/manifest.ts';
import { leafOf, linesOf, type OpeningLine, openingsFile, statementOf, writeLines } from './sealed-release.ts';

type Data = { [key: string]: JsonValue };

/** An event of a log that is about to be written anew. One without `data` stays unopened. */
export type ForgedEvent = {
  subj: string;
  type: string;
  time: string;
  actor: string;
  data?: Data;
  /** Signs instead of the log's own key. */
  signer?: Signer;
  /** Changes the statement's text behind everybody's back, before it is signed. */
  garble?: (statement: string) => string;
  /** How it stands in the log it was read from; absent for an added one. An event that was not changed keeps its leaf. */
  from?: { index: number; cmt: string; opening?: OpeningLine; told: string };
};

/**
 * What an operator can do who holds the real key: a log with other events, from which leaves, proofs, records, roots,
 * manifest and seal are all made anew, so that nothing but the meaning is wrong. `change` edits the events, in the
 * order of the log, in place; whatever it also changes in the directory's data files is sealed as it then stands.
 */
export async function forge(
  directory: string,
  signer: Signer,
  change: (events: ForgedEvent[]) => unknown,
): Promise<void> {
  const head = parseCheckpoint(parseNote(await readFile(join(directory, 'provenance/checkpoint'))).text);
  const events = await readEvents(directory, head.size);
  await change(events);
  const systemSubject = events[0]?.subj ?? '';
  const sealAt = events.findIndex((event) => event.type === 'dataset.sealed');
  await relabel(directory, events, sealAt);
  const seal = events[sealAt];
  const keyOfSeal = seal?.signer ?? signer;
  if (seal?.data !== undefined) await reseal(directory, seal.data, keyOfSeal);
  const openings = await link(events, signer);
  const log = await createLog({ directory: join(directory, 'provenance/new'), origin: head.origin, signer });
  await log.append(openings.map((opening) => Buffer.from(opening.leaf, 'base64')));
  await writeFile(join(directory, 'provenance/checkpoint'), log.checkpoint());
  await rm(join(directory, 'provenance/tile'), { recursive: true });
  await cp(join(directory, 'provenance/new/tile'), join(directory, 'provenance/tile'), { recursive: true });
  await rm(join(directory, 'provenance/new'), { recursive: true });
  const records = (await linesOf(directory, 'provenance/records.jsonl')).map((line) => JSON.parse(line).subj as string);
  const shown = [systemSubject, ...records].flatMap((subject) =>
    openings.filter(({ index }) => events[index]?.subj === subject && index <= sealAt),
  );
  await writeLines(directory, openingsFile, shown.map(canonicalJson));
}

async function readEvents(directory: string, size: number): Promise<ForgedEvent[]> {
  const openings = new Map(
    (await linesOf(directory, openingsFile)).map((line) => {
      const opening = JSON.parse(line) as OpeningLine;
      return [opening.index, opening];
    }),
  );
  const source = directoryTiles(join(directory, 'provenance'));
  const events: ForgedEvent[] = [];
  for (let bundle = 0; events.length < size; bundle++)
    for (const bytes of await readLeaves(source, size, bundle)) {
      const index = events.length;
      const { subj, type, time, cmt } = leafOf({ leaf: toBase64(bytes) });
      const opening = openings.get(index);
      const event: ForgedEvent = { subj, type, time, actor: '' };
      if (opening?.envelope !== undefined) {
        const { predicate } = statementOf<{ predicate: { actor: string; data: Data } }>(opening);
        Object.assign(event, { actor: predicate.actor, data: predicate.data });
      }
      const told = canonicalJson(event);
      events.push({ ...event, from: { index, cmt, told, ...(opening === undefined ? {} : { opening }) } });
    }
  return events;
}

/** Rows, pairs and records name leaves by index: they are given the new ones. */
async function relabel(directory: string, events: readonly ForgedEvent[], sealAt: number): Promise<void> {
  const moved = new Map(events.map((event, index) => [event.from?.index, index]));
  const placeOf = (subj: string): { leaf: number; end: number } => ({
    leaf: events.findLastIndex((event) => event.subj === subj && event.type === 'example.approved'),
    end: events.filter((event, index) => event.subj === subj && index < sealAt).length - 1,
  });
  const records: string[] = [];
  for (const split of ['train', 'validation']) {
    const rows = (await linesOf(directory, `data/${split}.jsonl`)).map((line) => {
      const row = JSON.parse(line) as { _cts: { id: string; subj: string }; id: string };
      const _cts = { ...row._cts, ...placeOf(row._cts.subj) };
      const text = canonicalJson({ ...row, _cts });
      records.push(canonicalJson({ ..._cts, split, row: toBase64(leafHash(Buffer.from(text))) }));
      return text;
    });
    await writeLines(directory, `data/${split}.jsonl`, rows);
  }
  await writeLines(directory, 'provenance/records.jsonl', records);
  const pairs = (await linesOf(directory, 'data/preferences.jsonl')).map((line) => {
    const pair = JSON.parse(line) as { _cts: { subj: string; rejected: number } };
    const { leaf } = placeOf(pair._cts.subj);
    return canonicalJson({ ...pair, _cts: { ...pair._cts, leaf, rejected: moved.get(pair._cts.rejected) ?? 0 } });
  });
  await writeLines(directory, 'data/preferences.jsonl', pairs);
}

/** A manifest over the files as they are now, signed, and the seal's data for it. */
async function reseal(directory: string, seal: Data, signer: Signer): Promise<void> {
  const { predicate } = JSON.parse(await readFile(join(directory, 'MANIFEST.json'), 'utf8'));
  const { v: _, ...facts } = predicate;
  const rows = await Promise.all(['train', 'validation'].map((split) => linesOf(directory, `data/${split}.jsonl`)));
  const pairs = await linesOf(directory, 'data/preferences.jsonl');
  const [train, validation] = rows.map((lines) => lines.length);
  const counts = { rows: rows.flat().length, train, validation, preferences: pairs.length };
  const { bytes, sha256 } = await writeManifest(directory, { ...facts, counts });
  await signManifest(directory, bytes, signer);
  const rootOf = (lines: string[]): string => toBase64(rootOfList(lines.map((line) => leafHash(Buffer.from(line)))));
  seal.manifest = sha256;
  seal.counts = JSON.parse(canonicalJson(counts)) as Data;
  seal.roots = {
    dataset: rootOf(rows.flat()),
    records: rootOf(await linesOf(directory, 'provenance/records.jsonl')),
    preferences: rootOf(pairs),
  };
}

const predicateOf: { [type: string]: string } = {
  'generation.recorded': predicateTypes.generation,
  'review.signed': predicateTypes.review,
  'adjudication.signed': predicateTypes.adjudication,
  'dataset.sealed': predicateTypes.datasetRelease,
};

type ForgedOpening = { index: number; leaf: string; salt?: string; envelope?: string };

/** Signs every new or changed event and links the chains; the openings of the whole log, by index. */
async function link(events: readonly ForgedEvent[], signer: Signer): Promise<ForgedOpening[]> {
  const ends = new Map<string, ChainEnd>();
  const openings: ForgedOpening[] = [];
  for (const [index, event] of events.entries()) {
    const { subj, type, time } = event;
    const { cmt, ...opened } = keptOf(event) ?? (await signed(event, signer));
    const linked = linkLeaf({ type, time, subj, cmt }, ends.get(subj));
    ends.set(subj, linked.end);
    openings.push({ index, leaf: toBase64(linked.bytes), ...opened });
  }
  return openings;
}

type Sealed = { cmt: Uint8Array; salt?: string; envelope?: string };

/** Envelope and salt of an event that says what it said before. */
function keptOf({ from, signer, garble, ...event }: ForgedEvent): Sealed | undefined {
  if (from === undefined || signer !== undefined || garble !== undefined) return undefined;
  if (canonicalJson(event) !== from.told) return undefined;
  const cmt = Buffer.from(from.cmt, 'base64');
  return from.opening?.envelope === undefined
    ? { cmt }
    : { cmt, salt: from.opening.salt, envelope: from.opening.envelope };
}

async function signed({ subj, type, time, actor, data = {}, ...how }: ForgedEvent, signer: Signer): Promise<Sealed> {
  const statement = encodeStatement({
    subject: [{ name: `urn:uuid:${subj}`, digest: { sha256: sha256Hex(canonicalBytes(data)) } }],
    predicateType: predicateOf[type] ?? predicateTypes.event,
    predicate: { type, time, actor, subject: subj, data },
  });
  const garbled = how.garble?.(Buffer.from(statement).toString());
  const payload = garbled === undefined ? statement : Buffer.from(garbled);
  const envelope = await signEnvelope(statementPayloadType, payload, [how.signer ?? signer]);
  const salt = Buffer.alloc(32, 3); // nothing is secret here
  return { cmt: commitmentTo(envelope, salt), salt: toBase64(salt), envelope: toBase64(envelope) };
}
