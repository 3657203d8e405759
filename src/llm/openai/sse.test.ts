import fc from 'fast-check';
import { expect, test } from 'vitest';
import { serverSentData } from './sse.ts';

async function* pieces(bytes: Uint8Array, cuts: number[]): AsyncGenerator<Uint8Array> {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let start = 0;
  for (const end of [...places, bytes.length]) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function read(text: string, cuts: number[] = []): Promise<string[]> {
  const events: string[] = [];
  for await (const event of serverSentData(pieces(new TextEncoder().encode(text), cuts))) events.push(event);
  return events;
}

test('comments, other fields, a byte order mark and every kind of line end are understood', async () => {
  const text = '\uFEFF: hello\r\nevent: x\r\ndata: one\r\n\r\ndata:two\n\nid: 7\rdata: a\rdata: b\r\rdata\n\n\n\n';
  expect(await read(text)).toEqual(['one', 'two', 'a\nb', '']);
});

test('an event that the end of the stream cuts off is dropped', async () => {
  expect(await read('data: whole\n\ndata: half\n')).toEqual(['whole']);
});

test('events come out the same however the network cuts the bytes', async () => {
  const line = fc.string({ unit: 'binary' }).map((text) => text.replace(/[\r\n]/g, ''));
  const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
  await fc.assert(
    fc.asyncProperty(fc.array(line), lineEnd, fc.array(fc.nat()), async (events, end, cuts) => {
      const text = events.map((event) => `data: ${event}${end}${end}`).join('');
      expect(await read(text, cuts)).toEqual(events.map((event) => event.toWellFormed()));
    }),
  );
});
