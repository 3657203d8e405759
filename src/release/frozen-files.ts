import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import { decodeStatement } from '../ledger/statement.ts';
import { digestFile } from '../verify/lines.ts';
import type { Release } from './schema.ts';

/** Throws check_failed unless these files of a frozen release are the ones that were sealed. */
export async function refuseAltered(release: Release & { path: string }, names: readonly string[]): Promise<void> {
  const manifest = await readFile(join(release.path, 'MANIFEST.json'));
  const altered = (name: string): AppError =>
    new AppError(
      'check_failed',
      `${join(release.path, name)} is not what was sealed. Verify the release, and restore it from a copy.`,
    );
  if (sha256Hex(manifest) !== release.manifestSha256) throw altered('MANIFEST.json');
  const sealed = new Map(decodeStatement(manifest).subject.map((file) => [file.name, file.digest.sha256]));
  for (const name of names)
    if ((await digestFile(join(release.path, name))).sha256 !== sealed.get(name)) throw altered(name);
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
