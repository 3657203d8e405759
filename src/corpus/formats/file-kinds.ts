/** Beginnings of files that are not text, with what to do about each. */
const beginnings: { bytes: number[]; what: string; remedy: string }[] = [
  { bytes: [0x1f, 0x8b], what: 'compressed with gzip', remedy: 'Unpack it (gunzip) and import the file in it.' },
  {
    bytes: [0x42, 0x5a, 0x68],
    what: 'compressed with bzip2',
    remedy: 'Unpack it (bunzip2) and import the file in it.',
  },
  {
    bytes: [0xfd, 0x37, 0x7a, 0x58],
    what: 'compressed with xz',
    remedy: 'Unpack it (unxz) and import the file in it.',
  },
  {
    bytes: [0x28, 0xb5, 0x2f, 0xfd],
    what: 'compressed with zstd',
    remedy: 'Unpack it (unzstd) and import the file in it.',
  },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf], what: 'a 7-Zip archive', remedy: 'Unpack it and import the files in it.' },
  { bytes: [...Buffer.from('PAR1')], what: 'a Parquet file', remedy: 'Export it as JSON Lines or CSV.' },
  { bytes: [...Buffer.from('ARROW1')], what: 'an Arrow file', remedy: 'Export it as JSON Lines or CSV.' },
  { bytes: [...Buffer.from('SQLite format 3')], what: 'an SQLite database', remedy: 'Export its table as CSV.' },
  { bytes: [...Buffer.from('%PDF')], what: 'a PDF', remedy: 'Export its text as JSON Lines or CSV.' },
  {
    bytes: [0xd0, 0xcf, 0x11, 0xe0],
    what: 'an old Office file (.xls) or one with a password',
    remedy: 'Save it as .xlsx without password, or as CSV in UTF-8.',
  },
  { bytes: [0xff, 0xfe], what: 'UTF-16 text', remedy: 'Save it as UTF-8 (iconv -f UTF-16 -t UTF-8 OLD > NEW).' },
  { bytes: [0xfe, 0xff], what: 'UTF-16 text', remedy: 'Save it as UTF-8 (iconv -f UTF-16 -t UTF-8 OLD > NEW).' },
];

/** What a file is that no reader takes, by its first bytes; undefined when they do not tell. */
export function unreadableKind(head: Uint8Array): { what: string; remedy: string } | undefined {
  return beginnings.find(({ bytes }) => bytes.every((byte, at) => head[at] === byte));
}

/** True for a ZIP archive, which every .xlsx workbook is. */
export function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04;
}
