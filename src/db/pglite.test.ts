import { expect, test } from 'vitest';
import { openPglite, pgliteDatabase } from './pglite.ts';

test('the planner learns how large a table grew, in statements and in transactions', async () => {
  const db = pgliteDatabase(await openPglite());
  await db.script('CREATE TABLE growing (id int PRIMARY KEY)');
  const planned = async (): Promise<number | undefined> => {
    const rows = await db.query<{ reltuples: number }>("SELECT reltuples FROM pg_class WHERE relname = 'growing'");
    return rows[0]?.reltuples;
  };
  await db.query('INSERT INTO growing SELECT generate_series(1, 3000)');
  expect(await planned()).toBe(-1);
  await db.transaction((tx) => tx.query('INSERT INTO growing SELECT generate_series(3001, 6000)'));
  expect(await planned()).toBe(6000);
  await db.query('INSERT INTO growing SELECT generate_series(6001, 9000)');
  expect(await planned()).toBe(6000);
  await db.query('INSERT INTO growing SELECT generate_series(9001, 13000)');
  expect(await planned()).toBe(13_000);
  await db.close();
});

test('bytes come back as they were written, whatever they are', async () => {
  const db = pgliteDatabase(await openPglite());
  await db.script('CREATE TABLE kept (bytes bytea)');
  const every = Uint8Array.from({ length: 256 }, (_, index) => index);
  for (const bytes of [every, new Uint8Array(), Buffer.from('五次')]) {
    await db.query('DELETE FROM kept');
    await db.query('INSERT INTO kept VALUES ($1)', [bytes]);
    const [row] = await db.query<{ bytes: Uint8Array; hex: string }>(
      "SELECT bytes, encode(bytes, 'hex') AS hex FROM kept",
    );
    expect(row?.hex).toBe(Buffer.from(bytes).toString('hex'));
    expect(row?.bytes).toEqual(new Uint8Array(bytes));
  }
  await db.close();
});
