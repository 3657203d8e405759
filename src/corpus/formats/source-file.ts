import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError, messageOf } from '../../core/error.ts';

/** A regular, non-empty, readable file with its first bytes. */
export type SourceFile = {
  path: string;
  /** File name without its last extension. */
  stem: string;
  name: string;
  /** Folder names above the file, nearest last. */
  folders: string[];
  /** Name with up to three folders, for provenance: tells files of one name apart and nothing about the machine or its user. */
  label: string;
  bytes: number;
};

const chunkBytes = 128 * 1024;

/** The file at `path`, checked: exists, is a regular file, is not empty. Every refusal says what to give instead. */
export async function openSourceFile(path: string): Promise<SourceFile> {
  const info = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (info.isDirectory())
    throw refuse(path, 'is a directory', `Name the files in it, for example ${path.replace(/\/+$/, '')}/*.jsonl.`);
  if (!info.isFile()) throw refuse(path, 'is not a regular file', 'Save the data in a file first.');
  if (info.size === 0) throw refuse(path, 'is empty', 'Check the download or the export that wrote it.');
  const name = basename(path);
  const folders = dirname(path)
    .split(/[\\/]/)
    .filter((folder) => !['', '.', '..'].includes(folder));
  // the first folders of an absolute path are the machine's and the user's: /home/name, C:\Users\name
  const own = isAbsolute(path) ? folders.slice(folders[0]?.endsWith(':') ? 3 : 2) : folders;
  const label = [...own.slice(-3), name].join('/');
  return { path, name, stem: name.slice(0, name.length - extname(name).length), folders, label, bytes: info.size };
}

function refuse(path: string, what: string, remedy: string): AppError {
  return new AppError('invalid_input', `${path} ${what}. ${remedy}`, { details: { file: path } });
}

function unreadable(path: string, error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return refuse(path, 'does not exist', 'Check the path.');
  if (code === 'EACCES' || code === 'EPERM')
    return refuse(path, 'may not be read by this user', 'Change its permissions or give a copy.');
  return new AppError('invalid_input', `${path} cannot be read: ${messageOf(error)}. Check the path and the disk.`, {
    cause: error,
    details: { file: path },
  });
}

/** The file's bytes in order, in chunks of at most 128 KiB. */
export async function* fileChunks(file: SourceFile): AsyncGenerator<Buffer> {
  try {
    // a stream without encoding yields buffers only
    for await (const chunk of createReadStream(file.path, { highWaterMark: chunkBytes })) yield chunk as Buffer;
  } catch (error) {
    throw unreadable(file.path, error);
  }
}

/** At most the first `length` bytes. */
export async function fileHead(file: SourceFile, length: number): Promise<Buffer> {
  const handle = await open(file.path, 'r').catch((error: unknown) => {
    throw unreadable(file.path, error);
  });
  try {
    const buffer = Buffer.alloc(Math.min(length, file.bytes));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } catch (error) {
    throw unreadable(file.path, error);
  } finally {
    await handle.close();
  }
}

/** SHA-256 of the file's bytes, lower-case hex. */
export async function fileSha256(path: string): Promise<string> {
  const state = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), state).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  return state.digest('hex');
}
