import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';

/** A file of lines that is written as fast as the disk takes it, and is durable once closed. */
export type LineFile = { line(bytes: Uint8Array | string): Promise<void>; close(): Promise<void> };

export async function openLineFile(path: string): Promise<LineFile> {
  await mkdir(dirname(path), { recursive: true });
  const stream = createWriteStream(path, { flush: true, highWaterMark: 1 << 18 });
  await once(stream, 'open');
  const write = async (chunk: Uint8Array | string): Promise<void> => {
    if (!stream.write(chunk)) await once(stream, 'drain');
  };
  return {
    line: async (bytes) => {
      const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      await write(typeof text === 'string' ? `${text}\n` : Buffer.concat([text, newline]));
    },
    close: async () => {
      stream.end();
      await finished(stream);
    },
  };
}

const newline = Buffer.from('\n');
