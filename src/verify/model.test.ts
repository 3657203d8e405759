import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { sha256Hex } from '../core/hash.ts';
import { signEnvelope } from '../ledger/attestations/dsse.ts';
import { modelStatement } from '../ledger/attestations/model-signature.ts';
import { encodeStatement, statementPayloadType } from '../ledger/attestations/statement.ts';
import { ed25519Note, formatVkey, verifierKey } from '../ledger/checkpoints/vkey.ts';
import { signerFromSeed } from '../ledger/keys/ed25519.ts';
import { modelText, verifyModel } from './model.ts';

const root = mkdtempSync(join(tmpdir(), 'safemed-model-'));
const directory = join(root, 'model');
const signature = join(directory, 'signature.json');
const policy = join(root, 'policy.txt');
const signer = signerFromSeed(new Uint8Array(32).fill(7));
const stranger = signerFromSeed(new Uint8Array(32).fill(8));
const contents = { 'a.safetensors': 'first weights', 'sub/b.safetensors': 'second weights', 'config.json': '{}' };

async function sign(files: Record<string, string>, key = signer): Promise<void> {
  const digests = Object.entries(files).map(([name, text]) => ({ name, sha256: sha256Hex(text) }));
  const payload = encodeStatement(modelStatement('m', digests));
  writeFileSync(signature, await signEnvelope(statementPayloadType, payload, [key]));
}

beforeEach(async () => {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(join(directory, 'sub'), { recursive: true });
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(directory, name), text);
  const key = formatVkey(verifierKey('cts.example/models', ed25519Note, signer.publicKey));
  writeFileSync(policy, `log ${key}\nquorum none\n`);
  await sign(contents);
});
afterAll(() => rmSync(root, { recursive: true }));

const faults = async (more: object = {}) => (await verifyModel(directory, { signature, policy, ...more })).faults;

test('untouched files verify, and the report says whose key signed them', async () => {
  const report = await verifyModel(directory, { signature, policy });
  expect(report).toMatchObject({ result: 'passed', exitCode: 0, model: 'm', files: 3, signer: 'cts.example/models' });
  expect(modelText(report)).toContain('Verified');
});

test('one changed byte anywhere in any file is found, and the file is named', async () => {
  for (const [name, text] of Object.entries(contents))
    for (const at of [0, text.length - 1]) {
      const bytes = Buffer.from(text);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(join(directory, name), bytes);
      expect(await faults()).toEqual([{ file: name, problem: 'changed' }]);
      writeFileSync(join(directory, name), text);
    }
});

test('files that are missing, added, exchanged or links are named', async () => {
  rmSync(join(directory, 'config.json'));
  writeFileSync(join(directory, 'sub/extra.py'), 'import os');
  expect(await faults()).toEqual([
    { file: 'sub/extra.py', problem: 'unsigned' },
    { file: 'config.json', problem: 'missing' },
  ]);
  expect(await faults({ ignoreUnsigned: true })).toEqual([{ file: 'config.json', problem: 'missing' }]);
  writeFileSync(join(directory, 'a.safetensors'), contents['sub/b.safetensors']);
  writeFileSync(join(directory, 'sub/b.safetensors'), contents['a.safetensors']);
  expect((await faults({ ignoreUnsigned: true })).map((one) => one.file)).toEqual([
    'a.safetensors',
    'sub/b.safetensors',
    'config.json',
  ]);
  symlinkSync(policy, join(directory, 'config.json'));
  expect(await faults({ ignoreUnsigned: true })).toContainEqual({ file: 'config.json', problem: 'link' });
});

test('a model of one file is verified by that file', async () => {
  const file = join(directory, 'a.safetensors');
  await sign({ 'a.safetensors': contents['a.safetensors'] });
  expect(await verifyModel(file, { signature, policy })).toMatchObject({ result: 'passed' });
  expect(await verifyModel(join(directory, 'config.json'), { signature, policy })).toMatchObject({
    faults: [
      { file: 'config.json', problem: 'unsigned' },
      { file: 'a.safetensors', problem: 'missing' },
    ],
  });
});

test('a statement of a key that the policy does not know, or one that was altered, says nothing', async () => {
  await sign(contents, stranger);
  await expect(faults()).rejects.toMatchObject({ code: 'check_failed' });
  await sign(contents);
  const envelope = JSON.parse(readFileSync(signature, 'utf8'));
  const payload = Buffer.from(envelope.payload, 'base64').toString().replace('"m"', '"n"');
  writeFileSync(signature, JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') }));
  await expect(faults()).rejects.toMatchObject({ code: 'check_failed' });
});

test('what cannot be read is said with its path', async () => {
  await expect(verifyModel(join(root, 'nowhere'), { signature, policy })).rejects.toThrow(/nowhere cannot be read/);
  await expect(verifyModel(directory, { signature: join(root, 'none'), policy })).rejects.toThrow(
    /none cannot be read/,
  );
});
