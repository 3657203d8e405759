import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { readEvents } from './worker-process-events.ts';

const place = mkdtempSync(join(tmpdir(), 'safemed-events-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

const line = (step: number, text = ''): string =>
  `${JSON.stringify({ type: 'sample', time: 't', step, id: 'i', case: 'c', completion: text, reward: null })}\n`;

test('a file that is not there yet holds no events', async () => {
  expect(await readEvents(join(place, 'absent'), 0)).toEqual([]);
});

test('however the bytes arrive, every whole line is read once and a torn one is left for later', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 6 }),
      fc.array(fc.nat(200), { maxLength: 8 }),
      async (texts, cuts) => {
        const file = join(place, 'pieces');
        const bytes = Buffer.from(texts.map((text, step) => line(step, text)).join(''));
        writeFileSync(file, '');
        const read: string[] = [];
        let position = 0;
        let written = 0;
        for (const cut of [...cuts, bytes.length]) {
          appendFileSync(file, bytes.subarray(written, written + cut));
          written += cut;
          for (const found of await readEvents(file, position)) {
            position = found.position;
            if (found.event.type === 'sample') read.push(found.event.completion);
          }
        }
        expect(read).toEqual(texts);
      },
    ),
    { numRuns: 50 },
  );
});

test('a line that is no event is an error that names its place', async () => {
  const file = join(place, 'wrong');
  writeFileSync(file, `${line(1)}{"type":"surprise"}\n`);
  await expect(readEvents(file, 0)).rejects.toThrow(`${file}, byte ${line(1).length}`);
});
