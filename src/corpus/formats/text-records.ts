import { damage } from './damage.ts';
import { textLines } from './line-records.ts';
import type { RecordStream } from './records.ts';

/** One record a line, as text; blank lines are no rows. A last line without line break may be cut off, and is damage. */
export async function* textRecords(chunks: AsyncIterable<Buffer>): RecordStream {
  let row = 0;
  for await (const { line, text, ended } of textLines(chunks)) {
    if (text.trim() === '') continue;
    row += 1;
    if (!ended)
      throw damage(
        'truncated',
        'the last line has no line break, so it may be cut off',
        'If the file is whole, add a line break at its end; else download it again.',
        { row, line },
      );
    yield { row, line, value: text };
  }
}
