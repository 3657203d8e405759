import { textLines } from './line-records.ts';
import type { RecordStream } from './records.ts';

/** One record a line, as text; blank lines are no rows. */
export async function* textRecords(chunks: AsyncIterable<Buffer>): RecordStream {
  let row = 0;
  for await (const { line, text } of textLines(chunks)) {
    if (text.trim() === '') continue;
    row += 1;
    yield { row, line, value: text };
  }
}
