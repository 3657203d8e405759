import { crc32, deflateRawSync } from 'node:zlib';

export type ZipEntry = { name: string; content: Buffer };

/**
 * A ZIP file (PKWARE APPNOTE 6.3.10: local headers, central directory, end record) of a few small files. Equal entries
 * give equal bytes: no times, owners or comments are kept, and every date is the format's first, 1980-01-01.
 */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of entries) {
    const path = Buffer.from(name, 'utf8');
    const packed = deflateRawSync(content);
    const common = commonFields(content, packed, path);
    const local = Buffer.concat([uint32(0x04034b50), uint16(20), common, uint16(0), path, packed]);
    directory.push(
      Buffer.concat([
        uint32(0x02014b50),
        uint16(0x031e), // made on a Unix, whose permissions stand in the external attributes
        uint16(20),
        common,
        Buffer.alloc(8), // no extra field, no comment, first disk, no internal attributes
        uint32((0o100644 << 16) >>> 0),
        uint32(offset),
        path,
      ]),
    );
    files.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const count = uint16(entries.length);
  const end = [uint32(0x06054b50), Buffer.alloc(4), count, count, uint32(central.length), uint32(offset), uint16(0)];
  return Buffer.concat([...files, central, ...end]);
}

/** Flags (names are UTF-8), method (deflate), time, date, checksum, sizes, and the length of the name. */
function commonFields(content: Buffer, packed: Buffer, path: Buffer): Buffer {
  return Buffer.concat([
    uint16(0x0800),
    uint16(8),
    uint16(0),
    uint16(0x21),
    uint32(crc32(content)),
    uint32(packed.length),
    uint32(content.length),
    uint16(path.length),
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
