import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { canonicalBytes } from '../../core/canonical-json.ts';
import { AppError } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import { parseEnvelope } from '../../ledger/attestations/dsse.ts';
import {
  decodeStatement,
  predicateTypes,
  type Subject,
  statementPayloadType,
} from '../../ledger/attestations/statement.ts';
import { sameBytes, toBase64 } from '../../ledger/bytes.ts';
import type { KeyRing } from '../chains/keys.ts';
import { textAt } from '../fields.ts';
import { digestFile } from '../lines.ts';
import { unsupported } from '../replay/rules.ts';
import type { Collector } from '../report.ts';
import { dataFile, preferencesFile } from './export-files.ts';
import type { Seal } from './seal.ts';

export const exportVersion = 'cts-export/1';

export type Manifest = { readonly release: string; readonly files: readonly Subject[]; readonly bytes: Uint8Array };

/** MANIFEST.json of an export; throws check_failed if it is none. */
export async function readManifest(directory: string): Promise<Manifest> {
  const bytes = await readFile(join(directory, 'MANIFEST.json')).catch(() => undefined);
  if (bytes === undefined) throw new AppError('check_failed', 'the manifest is missing');
  const { predicateType, predicate, subject } = decodeStatement(bytes);
  const version = textAt(predicate, 'v', 'MANIFEST.json');
  if (version !== exportVersion) throw unsupported('MANIFEST.json', version, exportVersion);
  if (predicateType !== predicateTypes.datasetRelease)
    throw new AppError('check_failed', `it is not the manifest of a dataset release but ${predicateType}`);
  return { release: textAt(predicate, 'release', 'MANIFEST.json'), files: subject, bytes };
}

const dataFiles: ReadonlySet<string> = new Set([dataFile.train, dataFile.validation, preferencesFile]);

/**
 * V1: each listed file has its digest, and nothing lies beside them but the manifest and the provenance. Returns the
 * data files that have another digest: they may hold tombstones, which only a look at their lines can tell.
 */
export async function checkFiles(directory: string, files: readonly Subject[], collect: Collector): Promise<string[]> {
  const changed: string[] = [];
  for (const { name, digest } of files) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() !== true) collect.fail({ check: 'V1', place: name, problem: 'the file is missing' });
    else if ((await digestFile(path)).sha256 !== digest.sha256)
      if (dataFiles.has(name)) changed.push(name);
      else tellChanged([name], collect);
  }
  const listed = new Set([...files.map((file) => file.name), 'MANIFEST.json', 'MANIFEST.dsse']);
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const name = relative(directory, join(entry.parentPath, entry.name)).replaceAll('\\', '/');
    if (!listed.has(name) && !name.startsWith('provenance/'))
      collect.fail({ check: 'V1', place: name, problem: 'the file is not part of the release' });
  }
  return changed;
}

/** V1 for files whose digests are not the sealed ones, without tombstones as a reason. */
export function tellChanged(files: readonly string[], collect: Collector): void {
  for (const place of files) collect.fail({ check: 'V1', place, problem: 'the file is not the one that was sealed' });
}

/** V2 and, for the manifest, V12: MANIFEST.dsse signs exactly MANIFEST.json with an enrolled key, and the seal names it. */
export async function checkManifest(
  directory: string,
  manifest: Manifest,
  { seal, keys, collect }: { seal: Seal; keys: KeyRing; collect: Collector },
): Promise<void> {
  await collect.attempt('V2', 'MANIFEST.dsse', async () => {
    const envelope = await readFile(join(directory, 'MANIFEST.dsse')).catch(() => undefined);
    if (envelope === undefined) throw new AppError('check_failed', 'the signature is missing');
    const { payloadType, payload, keyid } = keys.open(envelope, seal.index);
    if (payloadType !== statementPayloadType || !sameBytes(payload, manifest.bytes))
      throw new AppError('check_failed', 'it signs another manifest than MANIFEST.json');
    if (!isCanonical(envelope, keyid)) throw new AppError('check_failed', 'it is not written in its one spelling');
  });
  if (sha256Hex(manifest.bytes) !== seal.manifest || manifest.release !== seal.release)
    collect.fail({
      check: 'V12',
      place: 'MANIFEST.json',
      problem: 'it is not the manifest that was sealed in the log',
    });
}

/** DSSE leaves the spelling of an envelope free; of this one nothing may be changed: JCS, one signature, its key's id. */
function isCanonical(bytes: Uint8Array, keyid: string): boolean {
  const { payload, payloadType, signatures } = parseEnvelope(bytes);
  const [only] = signatures;
  if (only === undefined || signatures.length > 1) return false;
  const signed = [{ keyid, sig: toBase64(only.signature) }];
  return sameBytes(bytes, canonicalBytes({ payload: toBase64(payload), payloadType, signatures: signed }));
}
