import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8Chunks } from './bytes.ts';
import { type Damage, damageOf } from './damage.ts';

async function* pieces(bytes: Uint8Array, sizes: number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (let turn = 0; start < bytes.length; turn++) {
    const end = start + Math.max(1, sizes[turn % sizes.length] ?? 1);
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function read(bytes: Uint8Array, sizes: number[]): Promise<{ text: string; found?: Damage | undefined }> {
  let text = '';
  try {
    for await (const chunk of utf8Chunks(pieces(bytes, sizes))) text += chunk.toString('utf8');
    return { text };
  } catch (error) {
    return { text, found: damageOf(error) };
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

test('text comes through unchanged however it is cut into chunks', async () => {
  const text = fc
    .string({ unit: 'grapheme' })
    .filter((t) => !t.includes('\u0000') && !t.startsWith('\uFEFF') && t.isWellFormed());
  await fc.assert(
    fc.asyncProperty(text, sizes, async (source, cut) => {
      expect(await read(Buffer.from(source), cut)).toEqual({ text: source });
    }),
  );
});

test('the first byte that is not UTF-8 is named, and all text before it comes through', async () => {
  const bad = fc.constantFrom([0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0x80], [0xf5, 0x80, 0x80, 0x80], [0xe4, 0x41]);
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^[a-z肝肾é]*$/), bad, sizes, async (good, bytes, cut) => {
      const whole = Buffer.concat([Buffer.from(good), Buffer.from(bytes), Buffer.from('tail')]);
      const { text, found } = await read(whole, cut);
      expect({ text, reason: found?.reason, byte: found?.byte }).toEqual({
        text: good,
        reason: 'invalid-utf8',
        byte: Buffer.byteLength(good),
      });
    }),
  );
});

test('a byte order mark is dropped, a NUL byte is named as binary, a half character at the end as a cut', async () => {
  expect(await read(Buffer.from('\uFEFFabc'), [4])).toEqual({ text: 'abc' });
  expect((await read(Buffer.from('ab\u0000c'), [2])).found).toMatchObject({ reason: 'binary', byte: 2 });
  expect((await read(Buffer.from('肝肾').subarray(0, 4), [3])).found).toMatchObject({ reason: 'truncated', byte: 3 });
});
