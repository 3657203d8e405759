import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningWitness, startWitness } from '../../../test/witness.ts';
import type { AppError } from '../../core/error.ts';
import { utf8 } from '../bytes.ts';
import { signatureLine, witnessNoteSigner } from '../checkpoints/note.ts';
import { judgeCheckpoint, parsePolicy } from '../checkpoints/policy.ts';
import { ed25519Cosignature, formatVkey, verifierKey } from '../checkpoints/vkey.ts';
import { signerFromSeed } from '../keys/ed25519.ts';
import { createLog, type Log } from '../log/log.ts';
import { type Cosigner, type CosignerOptions, startCosigner } from './cosigner.ts';
import { policyText, readWitnessPolicy } from './policy.ts';

const origin = 'log.example/cosigned';
let directory = '';
let log: Log;
let witnesses: RunningWitness[] = [];
let closing: (() => unknown)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cosigner-'));
  log = await createLog({ directory: join(directory, 'log'), origin, signer: signerFromSeed(Buffer.alloc(32, 5)) });
  await grow(10);
  witnesses = await Promise.all([0, 1, 2].map((i) => witness(i)));
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
  await rm(directory, { recursive: true });
});

async function grow(by: number): Promise<void> {
  await log.append(Array.from({ length: by }, (_, i) => utf8(`leaf ${log.head().size + i}`)));
}

async function witness(i: number, port?: number): Promise<RunningWitness> {
  const options = { directory: join(directory, `w${i}`), name: `w${i}.example`, logs: [formatVkey(log.key)] };
  const one = await startWitness({ ...options, ...(port === undefined ? {} : { port }) });
  closing.push(() => one.close());
  return one;
}

const group = 'group most 2 w0.example w1.example w2.example\nquorum most\n';
const lines = (): string[] => witnesses.map((one) => one.line);

async function cosigner(text: string, options: Partial<CosignerOptions> = {}): Promise<Cosigner & { told: string[] }> {
  const path = join(directory, 'policy.txt');
  await writeFile(path, `# the witnesses\n${text}`);
  const told: string[] = [];
  const policy = await readWitnessPolicy(path);
  const made = startCosigner({
    log,
    policy,
    logLine: (message) => told.push(message),
    interval: 3_600_000,
    timeout: 400,
    ...options,
  });
  closing.push(() => made.stop());
  return { ...made, told };
}

/** What a reader with the policy's keys and quorum makes of a checkpoint. */
function judge(note: string, { policy }: Cosigner) {
  return judgeCheckpoint(note, parsePolicy(utf8(policyText([log.key], policy))));
}

/** A server at the place of the first witness that answers as it likes. */
async function impostor(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  closing.push(() => server.closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
  return (witnesses[0]?.line ?? '').replace(/http\S+/, url);
}

test('all witnesses cosign the head, and the reader of the policy accepts it', async () => {
  const made = await cosigner(`${lines().join('')}${group}`);
  for (const by of [0, 1, 300]) {
    await grow(by);
    const opened = judge(await made.collect(), made);
    expect([opened.quorumMet, opened.size, opened.signatures.length]).toEqual([true, log.head().size, 4]);
  }
});

test('two of three are enough, and the third joins when it is back', async () => {
  const made = await cosigner(`${lines().join('')}${group}`);
  await made.collect();
  const port = Number(new URL(witnesses[2]?.url ?? '').port);
  await witnesses[2]?.close();
  await grow(5);
  expect(judge(await made.collect(), made)).toMatchObject({ quorumMet: true, signatures: { length: 3 } });
  await grow(5);
  await witness(2, port);
  expect(judge(await made.collect(), made)).toMatchObject({ quorumMet: true, signatures: { length: 4 } });
});

test('a lost quorum names every witness that did not sign and why', async () => {
  const made = await cosigner(`${lines().join('')}${group}`);
  await witnesses[0]?.close();
  await witnesses[2]?.close();
  const error = await made.collect().catch((error: unknown) => error);
  expect(error).toMatchObject({ code: 'unavailable' } satisfies Partial<AppError>);
  expect((error as AppError).message).toMatch(/w0\.example: it cannot be reached at .*ECONNREFUSED.*; w2\.example: /);
  expect((error as AppError).message).not.toContain('w1.example');
});

test('a witness that never answers holds up nobody once the quorum is met, and times out where it is needed', async () => {
  const silent = await impostor(() => undefined);
  const others = lines().slice(1).join('');
  const enough = await cosigner(`${silent}${others}${group}`, { timeout: 60_000 });
  const before = Date.now();
  expect(judge(await enough.collect(), enough).quorumMet).toBe(true);
  expect(Date.now() - before).toBeLessThan(10_000);
  const needed = await cosigner(`${silent}quorum w0.example\n`);
  await expect(needed.collect()).rejects.toThrow('timeout');
});

test('a witness that knows another size is asked from there; one ahead of the log is an alarm', async () => {
  const first = await cosigner(`${lines().join('')}${group}`);
  await first.collect();
  await grow(20);
  const newcomer = await cosigner(`${lines().join('')}${group}`);
  expect(judge(await newcomer.collect(), newcomer)).toMatchObject({ signatures: { length: 4 } });
  const later = log;
  log = await createLog({
    directory: join(directory, 'old'),
    origin,
    signer: signerFromSeed(Buffer.alloc(32, 5)),
  });
  await grow(10);
  const behind = await cosigner(`${lines().join('')}${group}`);
  await expect(behind.collect()).rejects.toThrow('has cosigned this log at size 30, beyond the 10 here');
  log = later;
});

const anotherKey = signerFromSeed(Buffer.alloc(32, 77));

test.each<[string, (note: string) => Promise<[number, string, Record<string, string>?]>, string]>([
  ['garbage', async () => [200, 'hello'], 'Not a signed note'],
  ['nothing', async () => [200, ''], 'no signature line'],
  [
    "another witness's line",
    async (text) => [200, await signatureLine(`${text}\n`, witnessNoteSigner('w0.example', anotherKey, 5n))],
    'signed by no known key',
  ],
  ['a redirection', async () => [302, '', { location: 'http://127.0.0.1:1/' }], 'redirect'],
  ['an endless answer', async () => [200, 'x'.repeat(1_000_000)], 'longer than'],
  ['a conflict that tells no size', async () => [409, 'no\n'], 'it answered 409'],
  [
    'a size that is always another one',
    async () => [409, '3\n', { 'content-type': 'text/x.tlog.size' }],
    'knows size 3',
  ],
])('an answer of %s is not taken for a cosignature', async (_, answer, why) => {
  const line = await impostor((_request, response) => {
    void answer(log.checkpoint().split('\n\n')[0] ?? '').then(([status, body, headers]) =>
      response.writeHead(status, headers).end(body),
    );
  });
  const made = await cosigner(`${line}quorum w0.example\n`);
  await expect(made.collect()).rejects.toThrow(why);
});

test("a cosignature over another head, or under another witness's key id, is refused", async () => {
  const key = witnesses[0]?.witness.key ?? log.key;
  const forge = witnessNoteSigner('w0.example', anotherKey, 5n);
  const line = await impostor((_request, response) => {
    void signatureLine(`${log.checkpoint().split('\n\n')[0]}\n`, { ...forge, key }).then((forged) =>
      response.end(forged),
    );
  });
  const made = await cosigner(`${line}quorum w0.example\n`);
  await expect(made.collect()).rejects.toThrow('is wrong');
});

test('in the background new heads get their cosignatures, and a lost quorum is told once, as is its return', async () => {
  const made = await cosigner(`${lines().join('')}${group}`, { interval: 20 });
  const witnessed = () => judge(made.published() ?? log.checkpoint(), made).size;
  await expect.poll(() => made.published() !== undefined && witnessed()).toBe(10);
  await grow(7);
  await expect.poll(witnessed).toBe(17);
  const ports = witnesses.map((one) => Number(new URL(one.url).port));
  for (const one of witnesses.slice(0, 2)) await one.close();
  await grow(1);
  await expect.poll(() => made.told).toHaveLength(1);
  expect(witnessed()).toBe(17);
  await Promise.all([0, 1].map((i) => witness(i, ports[i])));
  await expect.poll(witnessed).toBe(18);
  expect(made.told).toEqual([expect.stringContaining('Too few witnesses'), 'The witnesses cosign the log again.']);
});

test('stopping gives up requests under way', async () => {
  const silent = await impostor(() => undefined);
  const made = await cosigner(`${silent}quorum w0.example\n`, { timeout: 60_000 });
  const refused = expect(made.collect()).rejects.toThrow('Too few witnesses');
  await made.stop();
  await refused;
});

test.each([
  ['no address', (line: string) => line.replace(/ http\S+/, ''), 'needs an http or https address'],
  ['a file address', (line: string) => line.replace(/http\S+/, 'file:///etc'), 'needs an http or https address'],
  ['no quorum', (line: string) => line, 'no quorum line'],
])('a policy file with %s is refused', async (what, change, why) => {
  const quorum = what === 'no quorum' ? '' : 'quorum w0.example\n';
  await expect(cosigner(`${change(witnesses[0]?.line ?? '')}${quorum}`)).rejects.toThrow(why);
});

test("the policy for readers has the log's keys in place of any other log's, and the witnesses' lines", async () => {
  const other = verifierKey('w9.example', ed25519Cosignature, anotherKey.publicKey);
  const made = await cosigner(
    `log ${formatVkey(log.key)}\n${lines().join('')}witness w9 ${formatVkey(other)} http://w9.example\n${group}`,
  );
  const text = policyText([log.key], made.policy);
  expect(text.match(/^log /gm)).toHaveLength(1);
  expect(parsePolicy(utf8(text)).witnesses.map((one) => one.name)).toEqual([
    ...witnesses.map((one) => one.witness.key.name),
    'w9',
  ]);
});
