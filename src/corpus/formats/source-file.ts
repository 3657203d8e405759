import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute } from 'node:path';
import { AppError, messageOf } from '../../core/error.ts';

/** A regular, non-empty, readable file with its first bytes. */
export type SourceFile = {
  /** Where the bytes are. */
  path: string;
  /** What people call the file, for messages and for what its name and folders tell: the path itself, or an upload's own name. */
  named: string;
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
export async function openSourceFile(path: string, named = path): Promise<SourceFile> {
  const info = await stat(path).catch((error: unknown) => {
    throw unreadable(named, error);
  });
  if (info.isDirectory())
    throw refuse(named, 'is a directory', `Name the files in it, for example ${named.replace(/\/+$/, '')}/*.jsonl.`);
  if (!info.isFile()) throw refuse(named, 'is not a regular file', 'Save the data in a file first.');
  if (info.size === 0) throw refuse(named, 'is empty', 'Check the download or the export that wrote it.');
  const name = basename(named);
  const folders = dirname(named)
    .split(/[\\/]/)
    .filter((folder) => !['', '.', '..'].includes(folder));
  // the first folders of an absolute path are the machine's and the user's: /home/name, C:\Users\name
  const own = isAbsolute(named) ? folders.slice(folders[0]?.endsWith(':') ? 3 : 2) : folders;
  const label = [...own.slice(-3), name].join('/');
  const stem = name.slice(0, name.length - extname(name).length);
  return { path, named, name, stem, folders, label, bytes: info.size };
}

function refuse(path: string, what: string, remedy: string): AppError {
  return new AppError('invalid_input', `${path} ${what}. ${remedy}`, { details: { file: path } });
}

function unreadable(named: string, error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return refuse(named, 'does not exist', 'Check the path.');
  if (code === 'EACCES' || code === 'EPERM')
    return refuse(named, 'may not be read by this user', 'Change its permissions or give a copy.');
  return new AppError('invalid_input', `${named} cannot be read: ${messageOf(error)}. Check the path and the disk.`, {
    cause: error,
    details: { file: named },
  });
}

/** The file's bytes in order, in chunks of at most 128 KiB. */
export async function* fileChunks(file: SourceFile): AsyncGenerator<Buffer> {
  try {
    // a stream without encoding yields buffers only
    for await (const chunk of createReadStream(file.path, { highWaterMark: chunkBytes })) yield chunk as Buffer;
  } catch (error) {
    throw unreadable(file.named, error);
  }
}

/** At most the first `length` bytes. */
export async function fileHead(file: SourceFile, length: number): Promise<Buffer> {
  const handle = await open(file.path, 'r').catch((error: unknown) => {
    throw unreadable(file.named, error);
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
    throw unreadable(file.named, error);
  } finally {
    await handle.close();
  }
}
