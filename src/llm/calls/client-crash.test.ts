import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startFakeOpenAi } from '../../../test/fake-openai.ts';
import { killAndRerun } from '../../../test/kill.ts';

const directory = mkdtempSync(join(tmpdir(), 'safemed-crash-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const calls = 150;
const concurrency = 8;

test('after kill -9 in the middle, nothing already answered is paid again and the totals are exact', async () => {
  const server = await startFakeOpenAi({
    latencyMs: 20,
    reply: () => ({ content: 'fine', usage: { prompt: 3, completion: 1 } }),
  });
  const kills = [30, 90];
  const args = ['--directory', join(directory, 'db'), '--url', server.baseUrl];
  const printed = await killAndRerun(
    'test/model-caller.ts',
    [...args, '--calls', String(calls), '--concurrency', String(concurrency)],
    { kills, progress: () => server.stats().requests },
  );
  const total = JSON.parse(printed) as { made: number; cached: number; tokensIn: number; failed: number };
  expect(total).toMatchObject({ made: calls, tokensIn: 3 * calls, failed: 0 });
  const repeated = server.stats().requests - calls;
  expect(repeated).toBeLessThanOrEqual(concurrency * kills.length);
  await server.close();
});
