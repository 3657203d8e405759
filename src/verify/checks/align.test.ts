import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cursor } from '../lines.ts';
import { takeFor } from './align.ts';

async function* each(items: readonly string[]): AsyncGenerator<string> {
  yield* items;
}

/** Takes for every listed name in turn; names what was missing, replaced and left over. */
async function align(listed: string[], found: string[]): Promise<{ wrong: string[]; strays: string[] }> {
  const stream = cursor(each(found));
  const wrong: string[] = [];
  const strays: string[] = [];
  for (const [i, name] of listed.entries()) {
    const taken = await takeFor(stream, {
      belongs: (item) => item === name,
      nameOf: (item) => item,
      following: listed[i + 1],
      isListed: (item) => listed.includes(item),
    });
    strays.push(...taken.strays.map((stray) => stray.name));
    if (taken.item !== name) wrong.push(name);
  }
  for (let item = await stream.next(); item !== undefined; item = await stream.next()) strays.push(item);
  return { wrong, strays };
}

const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 12 });

test('a stream that holds what is listed is taken as it is', async () => {
  await fc.assert(
    fc.asyncProperty(names, async (listed) => {
      expect(await align(listed, listed)).toEqual({ wrong: [], strays: [] });
    }),
  );
});

test('one dropped item is told alone, and nothing behind it falls out of step', async () => {
  await fc.assert(
    fc.asyncProperty(names, fc.nat(), async (listed, at) => {
      const dropped = at % listed.length;
      const found = listed.filter((_, i) => i !== dropped);
      expect(await align(listed, found)).toEqual({ wrong: [listed[dropped]], strays: [] });
    }),
  );
});

test('one item too many is told alone', async () => {
  await fc.assert(
    fc.asyncProperty(names, fc.nat(), async (listed, at) => {
      const found = listed.toSpliced(at % (listed.length + 1), 0, 'added');
      expect(await align(listed, found)).toEqual({ wrong: [], strays: ['added'] });
    }),
  );
});

test('one altered item is told alone', async () => {
  await fc.assert(
    fc.asyncProperty(names, fc.nat(), async (listed, at) => {
      const altered = at % listed.length;
      const found = listed.map((name, i) => (i === altered ? 'altered' : name));
      expect(await align(listed, found)).toEqual({ wrong: [listed[altered]], strays: [] });
    }),
  );
});
