import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import { decodeStatement } from '../../ledger/attestations/statement.ts';
import { sameBytes, toBase64 } from '../../ledger/bytes.ts';
import { append, emptyTree, leafHash, rootOf } from '../../ledger/tree/tree.ts';
import { dataFile, linesOf, preferencesFile, recordsFile } from '../../verify/files/export-files.ts';
import { parseRecord, type SealedRecord } from '../../verify/files/records.ts';
import { readTombstone } from '../../verify/files/tombstone.ts';
import { digestFile } from '../../verify/lines.ts';
import type { Release } from '../schema.ts';

type Frozen = Release & { path: string };

/** Throws check_failed unless these data files of a frozen release hold the lines that were sealed, or tombstones. */
export async function refuseAltered(release: Frozen, names: readonly string[]): Promise<void> {
  const manifest = await readFile(join(release.path, 'MANIFEST.json'));
  const altered = (name: string): AppError =>
    new AppError(
      'check_failed',
      `${join(release.path, name)} is not what was sealed. Verify the release, and restore it from a copy.`,
    );
  if (sha256Hex(manifest) !== release.manifestSha256) throw altered('MANIFEST.json');
  const sealed = new Map(decodeStatement(manifest).subject.map((file) => [file.name, file.digest.sha256]));
  for (const name of names) {
    if ((await digestFile(join(release.path, name))).sha256 === sealed.get(name)) continue;
    if (!(await isSealedButErased(release, name))) throw altered(name);
  }
}

/** True if the file differs from the sealed one by tombstones only: each other line is the one the seal commits to. */
async function isSealedButErased(release: Frozen, name: string): Promise<boolean> {
  if (name === preferencesFile) return samePairs(release);
  const records = (await sealedRecords(release)).filter((record) => dataFile[record.split] === name);
  let at = 0;
  for await (const { bytes } of linesOf(release.path, name)) {
    const record = records[at++];
    if (record === undefined) return false;
    if (readTombstone(bytes) === undefined && !sameBytes(leafHash(bytes), record.row)) return false;
  }
  return at === records.length;
}

async function samePairs({ path, summary }: Frozen): Promise<boolean> {
  const tree = emptyTree();
  for await (const { bytes } of linesOf(path, preferencesFile))
    append(tree, readTombstone(bytes)?.hash ?? leafHash(bytes));
  return toBase64(rootOf(tree)) === summary.roots.preferences;
}

/** The sealed list of a release; throws check_failed if it is not the one the seal commits to. */
async function sealedRecords({ path, summary }: Frozen): Promise<SealedRecord[]> {
  const records: SealedRecord[] = [];
  const tree = emptyTree();
  for await (const { bytes } of linesOf(path, recordsFile)) {
    append(tree, leafHash(bytes));
    records.push(parseRecord(bytes));
  }
  if (toBase64(rootOf(tree)) !== summary.roots.records)
    throw new AppError('check_failed', `${join(path, recordsFile)} is not what was sealed. Restore it from a copy.`);
  return records;
}

/** The manifest of a directory that holds exactly what was sealed under that digest; undefined for any other. */
export async function sealedManifest(
  directory: string,
  manifestSha256: string | undefined,
): Promise<{ bytes: Uint8Array; sha256: string } | undefined> {
  const bytes = await readFile(join(directory, 'MANIFEST.json')).catch(() => undefined);
  if (bytes === undefined || sha256Hex(bytes) !== manifestSha256) return undefined;
  for (const { name, digest } of decodeStatement(bytes).subject) {
    const found = await digestFile(join(directory, name)).catch(() => undefined);
    if (found?.sha256 !== digest.sha256) return undefined;
  }
  return { bytes, sha256: manifestSha256 };
}
