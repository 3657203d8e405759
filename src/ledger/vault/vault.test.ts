import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toHex } from '../bytes.ts';
import { openBytes, sealBytes } from './sealed-bytes.ts';
import { createVault, openVault, type WrappedKey } from './vault.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vault-'));
});
afterAll(() => rm(directory, { recursive: true }));

test('a vault gives its data keys back after it was opened again, to their own subject only', async () => {
  const path = join(directory, 'a.key');
  const { key, wrapped } = (await createVault(path)).newKey('one');
  const again = await openVault(path);
  expect(toHex(again.unwrap('one', wrapped))).toBe(toHex(key));
  expect(() => again.unwrap('two', wrapped)).toThrow('does not open');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await expect(createVault(path)).rejects.toMatchObject({ code: 'conflict' });
});

test('a sealed vault needs its passphrase', async () => {
  const path = join(directory, 'sealed.key');
  const { key, wrapped } = (await createVault(path, 'correct horse')).newKey('one');
  await expect(openVault(path)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(openVault(path, 'wrong horse')).rejects.toMatchObject({ code: 'forbidden' });
  expect(toHex((await openVault(path, 'correct horse')).unwrap('one', wrapped))).toBe(toHex(key));
  expect(await readFile(path, 'utf8')).not.toContain('"key":');
});

test('after a rotation the moved keys open, and those that were left behind never again', async () => {
  const path = join(directory, 'rotated.key');
  const vault = await createVault(path);
  const kept = vault.newKey('kept');
  const destroyed = vault.newKey('destroyed');
  let moved: WrappedKey | undefined;
  await vault.rotate(async (toNewest) => {
    moved = toNewest('kept', kept.wrapped);
  });
  for (const one of [vault, await openVault(path)]) {
    expect(toHex(one.unwrap('kept', moved as WrappedKey))).toBe(toHex(kept.key));
    expect(() => one.unwrap('destroyed', destroyed.wrapped)).toThrow('does not open');
    expect(one.rotating()).toBe(false);
  }
});

test('a rotation that was interrupted goes on after the vault was opened again, with both keys at hand', async () => {
  const path = join(directory, 'interrupted.key');
  const vault = await createVault(path);
  const { key, wrapped } = vault.newKey('one');
  const cut = vault.rotate(async () => {
    throw new Error('the power went');
  });
  await expect(cut).rejects.toThrow('the power went');
  const again = await openVault(path);
  expect(again.rotating()).toBe(true);
  expect(toHex(again.unwrap('one', wrapped))).toBe(toHex(key));
  let moved: WrappedKey | undefined;
  await again.rotate(async (toNewest) => {
    moved = toNewest('one', wrapped);
  });
  expect(again.version()).toBe(2);
  expect(toHex(again.unwrap('one', moved as WrappedKey))).toBe(toHex(key));
  expect(() => again.unwrap('one', wrapped)).toThrow('does not open');
});

test('sealed bytes open unchanged under their key and binding, and not at all once any byte is changed', () => {
  const key = Buffer.alloc(32, 3);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (plain, at, bit) => {
      const sealed = sealBytes(key, plain, Buffer.from('bound'));
      expect(toHex(openBytes(key, sealed, Buffer.from('bound')) ?? new Uint8Array(1))).toBe(toHex(plain));
      expect(openBytes(key, sealed, Buffer.from('other'))).toBeUndefined();
      const changed = Uint8Array.from(sealed);
      const i = at % changed.length;
      changed[i] = (changed[i] ?? 0) ^ bit;
      expect(openBytes(key, changed, Buffer.from('bound'))).toBeUndefined();
    }),
  );
});
