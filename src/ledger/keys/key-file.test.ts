import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256Hex } from '../../core/hash.ts';
import { toHex, utf8 } from '../bytes.ts';
import { keyFingerprint, signerFromSeed, verifyEd25519 } from './ed25519.ts';
import { createKeyFile, openKeyFile } from './key-file.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keys-'));
});
afterAll(() => rm(directory, { recursive: true }));

const sealedWords = 'correct horse';

test('an unsealed key file gives back its key and is readable by its owner only', async () => {
  const path = join(directory, 'open.key');
  const created = await createKeyFile(path);
  const opened = await openKeyFile(path);
  expect(toHex(opened.publicKey)).toBe(toHex(created.publicKey));
  expect(verifyEd25519(created.publicKey, utf8('m'), await opened.sign(utf8('m')))).toBe(true);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('an unsealed key file that others can read is refused', async () => {
  const path = join(directory, 'shared.key');
  await createKeyFile(path);
  await chmod(path, 0o640);
  await expect(openKeyFile(path)).rejects.toThrow('can be read by others');
});

test('a sealed key file opens with its passphrase only, and does not hold the seed', async () => {
  const path = join(directory, 'sealed.key');
  const created = await createKeyFile(path, sealedWords);
  expect(toHex((await openKeyFile(path, sealedWords)).publicKey)).toBe(toHex(created.publicKey));
  await expect(openKeyFile(path)).rejects.toThrow('give its passphrase');
  await expect(openKeyFile(path, 'wrong horse')).rejects.toMatchObject({ code: 'forbidden' });
  expect(JSON.parse(await readFile(path, 'utf8'))).not.toHaveProperty('seed');
});

test('a sealed key file with any field changed does not open', async () => {
  const path = join(directory, 'altered.key');
  await createKeyFile(path, sealedWords);
  const record = JSON.parse(await readFile(path, 'utf8')) as { publicKey: string; sealed: { [name: string]: unknown } };
  const other = Buffer.alloc(48, 1).toString('base64');
  for (const sealed of [
    { ...record.sealed, box: other },
    { ...record.sealed, nonce: other },
    { ...record.sealed, salt: other },
    { ...record.sealed, n: 2 ** 16 },
    { ...record.sealed, n: 2 ** 30 },
  ]) {
    await writeFile(path, JSON.stringify({ ...record, sealed }));
    await expect(openKeyFile(path, sealedWords)).rejects.toThrow(path);
  }
  await writeFile(path, JSON.stringify({ ...record, publicKey: Buffer.alloc(32, 9).toString('base64') }));
  await expect(openKeyFile(path, sealedWords)).rejects.toThrow('does not open');
});

test('a key is never overwritten', async () => {
  const path = join(directory, 'once.key');
  await createKeyFile(path);
  const before = await readFile(path, 'utf8');
  await expect(createKeyFile(path)).rejects.toMatchObject({ code: 'conflict' });
  expect(await readFile(path, 'utf8')).toBe(before);
});

test.each([
  ['empty', ''],
  ['of another kind', '{"v":"cts-head/1"}'],
  ['without a seed', `{"v":"cts-key/1","algorithm":"ed25519","publicKey":"${Buffer.alloc(32).toString('base64')}"}`],
  [
    'of mixed keys',
    `{"v":"cts-key/1","algorithm":"ed25519","publicKey":"${Buffer.alloc(32).toString('base64')}","seed":"${Buffer.alloc(32).toString('base64')}"}`,
  ],
])('a key file that is %s is refused', async (name, text) => {
  const path = join(directory, `${name.replaceAll(' ', '-')}.key`);
  await writeFile(path, text, { mode: 0o600 });
  await expect(openKeyFile(path)).rejects.toThrow('is damaged');
});

test('a missing key file is said to be missing', async () => {
  await expect(openKeyFile(join(directory, 'none.key'))).rejects.toMatchObject({ code: 'not_found' });
});

test('signatures are those of any Ed25519 implementation, and bind key and message', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
  const signer = signerFromSeed(seed);
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  expect(toHex(signer.publicKey)).toBe(toHex(spki.subarray(-32)));
  expect(keyFingerprint(signer.publicKey)).toBe(sha256Hex(spki));
  const signature = await signer.sign(utf8('message'));
  expect(verifyEd25519(signer.publicKey, utf8('message'), signature)).toBe(true);
  expect(verifyEd25519(signer.publicKey, utf8('massage'), signature)).toBe(false);
  expect(verifyEd25519(signerFromSeed(Buffer.alloc(32)).publicKey, utf8('message'), signature)).toBe(false);
  expect(verifyEd25519(signer.publicKey.subarray(1), utf8('message'), signature)).toBe(false);
  expect(verifyEd25519(signer.publicKey, utf8('message'), signature.subarray(1))).toBe(false);
  expect(() => signerFromSeed(seed.subarray(1))).toThrow('32 bytes');
});
