import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { requireRole } from '../../context/actor.ts';
import type { Context } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { frozenRelease } from '../actions.ts';
import type { ExportFormat } from '../schema.ts';

/** Where a frozen release, or its form for an engine, lies in the workspace. */
type Source = { name: string; format?: ExportFormat };

async function directoryOf(ctx: Context, { name, format }: Source): Promise<string> {
  requireRole(ctx.actor, 'engineer', 'steward', 'release-approver', 'auditor');
  const release = await frozenRelease(ctx, name);
  return format === undefined ? release.path : join(ctx.workspace.releases, 'exports', release.name, format);
}

/** The files of a frozen release or of one of its exports, with their sizes in bytes. */
export async function listReleaseFiles(ctx: Context, source: Source): Promise<{ name: string; bytes: number }[]> {
  const directory = await directoryOf(ctx, source);
  const files: { name: string; bytes: number }[] = [];
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined)
    throw new AppError('not_found', `The release "${source.name}" was not exported as ${source.format} yet.`);
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    files.push({ name: relative(directory, path).replaceAll('\\', '/'), bytes: (await stat(path)).size });
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One of those files as a stream; `not_found` for any other path. */
export async function openReleaseFile(
  ctx: Context,
  source: Source,
  path: string,
): Promise<{ body: ReadableStream; bytes: number }> {
  const file = (await listReleaseFiles(ctx, source)).find((one) => one.name === path);
  if (file === undefined) throw new AppError('not_found', `The release "${source.name}" has no file ${path}.`);
  const stream = createReadStream(join(await directoryOf(ctx, source), file.name));
  return { body: Readable.toWeb(stream) as ReadableStream, bytes: file.bytes }; // Node's and the DOM's type of one class
}
