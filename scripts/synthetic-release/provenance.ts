import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalBytes, parseStrictJson } from '../../src/core/canonical-json.ts';
import { fromBase64, toBase64 } from '../../src/ledger/bytes.ts';
import { formatVkey } from '../../src/ledger/checkpoints/vkey.ts';
import { keyFingerprint } from '../../src/ledger/keys/ed25519.ts';
import { decodeLeaf } from '../../src/ledger/leaves/leaf.ts';
import { leafHash } from '../../src/ledger/tree/tree.ts';
import { openLineFile } from '../../src/release/data/line-file.ts';
import { asObject, integerAt, objectAt, textAt } from '../../src/verify/fields.ts';
import { dataFile, openingsFile, preferencesFile } from '../../src/verify/files/export-files.ts';
import { splits } from '../../src/verify/files/row.ts';
import { tombstoneLine } from '../../src/verify/files/tombstone.ts';
import { readLines } from '../../src/verify/lines.ts';
import type { Recorded, Recorder } from './recorder.ts';

/** An event's line of openings.jsonl, with what opens it. */
export function openingLine({ index, leaf, salt, envelope }: Recorded): Uint8Array {
  return canonicalBytes({ index, leaf: toBase64(leaf), salt: toBase64(salt), envelope: toBase64(envelope) });
}

/** Records the erasure of rows and puts tombstones in their place. Returns the events by subject. */
export async function eraseRows(
  directory: string,
  recorder: Recorder,
  ids: readonly string[],
): Promise<Map<string, Recorded>> {
  const erased = new Map<string, Recorded>();
  if (ids.length === 0) return erased;
  for (const file of [...splits.map((split) => dataFile[split]), preferencesFile]) {
    const out: string[] = [];
    for (const line of (await readFile(join(directory, file), 'utf8')).split('\n').slice(0, -1)) {
      const label = objectAt(asObject(parseStrictJson(line), file), '_cts', file);
      if (!ids.includes(textAt(label, 'id', file))) {
        out.push(line);
        continue;
      }
      const subject = textAt(label, 'subj', file);
      const data = { reason: 'data-subject-request', role: 'privacy-officer' };
      const event = erased.get(subject) ?? (await recorder.record('erasure.executed', data, { subject }));
      erased.set(subject, event);
      const stood = leafHash(Buffer.from(line));
      out.push(Buffer.from(tombstoneLine(label, { erased: event.index, hash: stood })).toString('utf8'));
    }
    await writeFile(join(directory, file), out.map((line) => `${line}\n`).join(''));
  }
  return erased;
}

/** Writes everything of provenance/ but the sealed list: `kept` holds the openings of the records in their order. */
export async function writeProvenance(
  directory: string,
  from: {
    recorder: Recorder;
    system: readonly Recorded[];
    kept: string;
    erased: ReadonlyMap<string, Recorded>;
    logDirectory: string;
  },
): Promise<void> {
  const { recorder, system, kept, erased } = from;
  const at = (name: string): string => join(directory, 'provenance', name);
  const { log, signer } = recorder;
  const { publicKey } = signer;
  await writeFile(at('checkpoint'), log.checkpoint());
  await writeFile(at('policy.txt'), `log ${formatVkey(log.key)}\nquorum none\n`);
  const key = { from: 0, keyid: keyFingerprint(publicKey), publicKey: toBase64(publicKey) };
  await writeFile(at('keys.jsonl'), Buffer.concat([canonicalBytes(key), Buffer.from('\n')]));
  await cp(join(from.logDirectory, 'tile'), at('tile'), { recursive: true });
  const out = await openLineFile(join(directory, openingsFile));
  for (const event of system) await out.line(openingLine(event));
  for await (const line of closedLines(kept, erased)) await out.line(line);
  await out.close();
}

/** The kept lines; those of erased chains without what opens them, and with their erasure behind them. */
async function* closedLines(kept: string, erased: ReadonlyMap<string, Recorded>): AsyncGenerator<Uint8Array | string> {
  let last: Recorded | undefined;
  for await (const { bytes } of readLines(kept, kept)) {
    if (erased.size === 0) {
      yield bytes;
      continue;
    }
    const opening = asObject(parseStrictJson(bytes.toString('utf8')), 'the opening');
    const leaf = textAt(opening, 'leaf', 'the opening');
    const subject = decodeLeaf(fromBase64(leaf) ?? new Uint8Array()).subj;
    if (last !== undefined && subject !== last.subject) yield openingLine(last);
    last = erased.get(subject);
    yield last === undefined ? bytes : canonicalBytes({ index: integerAt(opening, 'index', 'the opening'), leaf });
  }
  if (last !== undefined) yield openingLine(last);
}
