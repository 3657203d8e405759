import { readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { sha256Hex } from '../../core/hash.ts';
import { signEnvelope } from '../../ledger/attestations/dsse.ts';
import {
  encodeStatement,
  predicateTypes,
  type Subject,
  statementPayloadType,
} from '../../ledger/attestations/statement.ts';
import type { Signer } from '../../ledger/keys/ed25519.ts';
import { exportVersion } from '../../verify/files/manifest.ts';
import { digestFile } from '../../verify/lines.ts';
import type { Summary } from '../schema.ts';

export type ManifestFacts = {
  readonly release: string;
  readonly origin: string;
  readonly policy: string;
  readonly createdBy: string;
  readonly approvedBy: string;
  readonly approvedAt: string;
  readonly counts: Summary['counts'];
};

/** Writes MANIFEST.json over all files of the directory but the provenance; returns its bytes and their SHA-256. */
export async function writeManifest(
  directory: string,
  facts: ManifestFacts,
): Promise<{ bytes: Uint8Array; sha256: string }> {
  const names: string[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const name = relative(directory, join(entry.parentPath, entry.name)).replaceAll('\\', '/');
    if (entry.isFile() && !name.startsWith('provenance/') && !name.startsWith('MANIFEST.')) names.push(name);
  }
  const subject: Subject[] = [];
  for (const name of names.sort()) {
    const { sha256 } = await digestFile(join(directory, name));
    subject.push({ name, digest: { sha256 } });
  }
  const predicate = { v: exportVersion, ...facts, counts: { ...facts.counts } };
  const bytes = encodeStatement({ subject, predicateType: predicateTypes.datasetRelease, predicate });
  await writeFile(join(directory, 'MANIFEST.json'), bytes);
  return { bytes, sha256: sha256Hex(bytes) };
}

/** Writes MANIFEST.dsse: the signature over exactly these bytes. */
export async function signManifest(directory: string, manifest: Uint8Array, signer: Signer): Promise<void> {
  await writeFile(join(directory, 'MANIFEST.dsse'), await signEnvelope(statementPayloadType, manifest, [signer]));
}
