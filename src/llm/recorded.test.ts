import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openRecorded, writeRecorded } from './recorded.ts';
import { requestDigest } from './request-digest.ts';
import type { ChatReply, ChatRequest } from './schema.ts';

const directory = mkdtempSync(join(tmpdir(), 'safemed-recorded-'));
afterAll(() => rmSync(directory, { recursive: true }));

const request = (content: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'recorded',
  messages: [{ role: 'user', content }],
  temperature: 0,
  maxTokens: 100,
  ...more,
});
const reply = (content: string): ChatReply => ({ content, finishReason: 'stop', model: 'teacher-1' });
const open = (file: string) => openRecorded('teacher', { type: 'recorded', file, model: 'recorded' });
const file = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

test('what was written is answered, to exactly the request it was written for', async () => {
  const path = join(directory, 'replies.jsonl');
  await writeRecorded(path, [
    { request: request('剂量?'), reply: reply('每日3次') },
    { request: request('dose?'), reply: reply('5 mg') },
  ]);
  const endpoint = await open(path);
  expect(await endpoint.chat(request('dose?'))).toEqual(reply('5 mg'));
  expect(await endpoint.chat(request('剂量?'))).toEqual(reply('每日3次'));
  await expect(endpoint.chat(request('dose?', { seed: 1 }))).rejects.toMatchObject({
    code: 'not_found',
    message: expect.stringContaining(
      `${path} for the request ${requestDigest(request('dose?', { seed: 1 }))} (model recorded, "dose?")`,
    ),
  });
});

test('equal contents give equal bytes and the same identity, other contents another', async () => {
  const entries = ['a', 'b', 'c'].map((text) => ({ request: request(text), reply: reply(text) }));
  const [one, two, three] = ['one', 'two', 'three'].map((name) => join(directory, name)) as [string, string, string];
  await writeRecorded(one, entries);
  await writeRecorded(two, entries.toReversed());
  await writeRecorded(three, entries.slice(1));
  expect(readFileSync(one, 'utf8')).toBe(readFileSync(two, 'utf8'));
  const identities = await Promise.all([one, two, three].map(async (path) => (await open(path)).identity));
  expect(identities[0]).toEqual(identities[1]);
  expect(identities[0]).not.toEqual(identities[2]);
});

test('a digest names the request by its content, not by the order of its members', () => {
  const { model, messages, temperature, maxTokens } = request('x');
  expect(requestDigest({ maxTokens, temperature, messages, model })).toBe(requestDigest(request('x')));
});

test.each([
  ['cut.jsonl', '{"digest":"00', 'line 1'],
  ['shape.jsonl', `\n{"digest":"${'0'.repeat(64)}","reply":{"content":1}}\n`, 'line 2'],
  [
    'foreign.jsonl',
    JSON.stringify({ digest: '0'.repeat(64), request: request('x'), reply: reply('y') }),
    'digest is not',
  ],
])('a broken file (%s) is refused with file and line', async (name, text, place) => {
  const path = file(name, text);
  const error: unknown = await open(path).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining(path) });
  expect(String(error)).toContain(place);
});

test('a file that is not there is told by its name', async () => {
  await expect(open(join(directory, 'nowhere.jsonl'))).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('nowhere.jsonl'),
  });
});

test('two different replies to one request are never written', async () => {
  const entries = ['yes', 'no'].map((text) => ({ request: request('x'), reply: reply(text) }));
  await expect(writeRecorded(join(directory, 'clash.jsonl'), entries)).rejects.toMatchObject({ code: 'conflict' });
});
