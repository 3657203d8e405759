import type { Line } from '../lines.ts';
import type { RecordInput } from './record-check.ts';

/**
 * Records to be checked, with all their lines behind one another in one buffer: a line is a view of the chunk it was
 * read in, and handing views to a thread would copy whole chunks.
 */
export type Packed = { readonly bytes: Uint8Array<ArrayBuffer>; readonly inputs: readonly PackedInput[] };

type PackedLine = { readonly number: number; readonly start: number; readonly end: number };

type PackedInput = Pick<RecordInput, 'record'> & {
  readonly row?: PackedLine & { readonly file: string };
  readonly group?: { readonly subject: string; readonly lines: readonly PackedLine[] };
  readonly pairs: readonly PackedLine[];
};

export function packInputs(inputs: readonly RecordInput[]): Packed {
  const size = inputs.reduce(
    (sum, input) => sum + linesOf(input).reduce((bytes, line) => bytes + line.bytes.length, 0),
    0,
  );
  const bytes = new Uint8Array(size);
  let end = 0;
  const pack = ({ number, bytes: line }: Line): PackedLine => {
    const start = end;
    bytes.set(line, start);
    end += line.length;
    return { number, start, end };
  };
  return {
    bytes,
    inputs: inputs.map(({ row, group, pairs, ...rest }) => ({
      ...rest,
      ...(row === undefined ? {} : { row: { ...pack(row), file: row.file } }),
      ...(group === undefined ? {} : { group: { subject: group.subject, lines: group.lines.map(pack) } }),
      pairs: pairs.map(pack),
    })),
  };
}

function linesOf({ row, group, pairs }: RecordInput): Line[] {
  return [...(row === undefined ? [] : [row]), ...(group?.lines ?? []), ...pairs];
}

export function unpackInputs({ bytes, inputs }: Packed): RecordInput[] {
  const unpack = ({ number, start, end }: PackedLine): Line => ({
    number,
    bytes: Buffer.from(bytes.buffer, start, end - start),
  });
  return inputs.map(({ row, group, pairs, ...rest }) => ({
    ...rest,
    ...(row === undefined ? {} : { row: { ...unpack(row), file: row.file } }),
    ...(group === undefined ? {} : { group: { subject: group.subject, lines: group.lines.map(unpack) } }),
    pairs: pairs.map(unpack),
  }));
}
