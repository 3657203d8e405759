/**
 * The data of each event of a text/event-stream (HTML Living Standard §9.2.6), as UTF-8 text; other fields are ignored.
 * An event cut off by the end of the stream is dropped, as the standard says.
 */
export async function* serverSentData(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder(); // takes a leading byte order mark off
  let pending = '';
  let data: string[] = [];
  let afterCarriageReturn = false;
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (text === '') continue;
    // A CR has ended its line already; an LF at the start of the next chunk belongs to it.
    pending += afterCarriageReturn && text.startsWith('\n') ? text.slice(1) : text;
    afterCarriageReturn = text.endsWith('\r');
    const lines = pending.split(/\r\n|\n|\r/);
    pending = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') {
        const value = dataOf(line);
        if (value !== undefined) data.push(value);
      } else if (data.length > 0) {
        yield data.join('\n');
        data = [];
      }
    }
  }
}

function dataOf(line: string): string | undefined {
  if (line === 'data') return '';
  if (!line.startsWith('data:')) return undefined;
  return line.startsWith('data: ') ? line.slice(6) : line.slice(5);
}
