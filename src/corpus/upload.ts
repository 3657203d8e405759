import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import { requireRole } from '../context/actor.ts';
import type { Context } from '../context/context.ts';
import type { Workspace } from '../context/workspace.ts';
import { AppError } from '../core/error.ts';
import type { UploadReply } from './import-schema.ts';

function uploadDirectory(workspace: Workspace, upload: string): string {
  return join(workspace.files, 'uploads', upload);
}

/** Stores a file's bytes as they come, under its own relative path: names and folders can carry the subject or the split. */
export async function storeUpload(
  ctx: Context,
  input: { upload?: string; path: string; bytes: ReadableStream<Uint8Array> },
): Promise<UploadReply> {
  requireRole(ctx.actor, 'engineer', 'steward');
  const upload = input.upload ?? randomUUID();
  const root = uploadDirectory(ctx.workspace, upload);
  const target = resolve(root, input.path);
  if (!target.startsWith(root + sep))
    throw new AppError('invalid_input', `The path "${input.path}" leads out of the upload; give a relative path.`);
  await mkdir(dirname(target), { recursive: true });
  const out = createWriteStream(target);
  // The two ReadableStream types (DOM and Node) describe the same object.
  await pipeline(Readable.fromWeb(input.bytes as NodeStream<Uint8Array>), out);
  return { upload, path: input.path, bytes: out.bytesWritten };
}

/** The uploaded files with their paths as the user named them, in a stable order. */
export async function uploadedFiles(workspace: Workspace, upload: string): Promise<{ file: string; named: string }[]> {
  const root = uploadDirectory(workspace, upload);
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  if (files.length === 0) throw new AppError('not_found', `The upload ${upload} holds no files; upload them again.`);
  return files.sort().map((file) => ({ file, named: relative(root, file) }));
}

export async function removeUpload(workspace: Workspace, upload: string): Promise<void> {
  await rm(uploadDirectory(workspace, upload), { recursive: true, force: true });
}
