import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { startFakeOpenAi } from '../../test/fake-openai.ts';

const directory = mkdtempSync(join(tmpdir(), 'safemed-crash-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const calls = 150;
const concurrency = 8;

test('after kill -9 in the middle, nothing already answered is paid again and the totals are exact', async () => {
  const server = await startFakeOpenAi({
    latencyMs: 20,
    reply: () => ({ content: 'fine', usage: { prompt: 3, completion: 1 } }),
  });
  const start = (): ChildProcess =>
    spawn(
      process.execPath,
      [
        'test/model-caller.ts',
        '--directory',
        join(directory, 'db'),
        '--url',
        server.baseUrl,
        '--calls',
        String(calls),
        '--concurrency',
        String(concurrency),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
  const kills = [30, 90];
  for (const after of kills) {
    const child = start();
    while (server.stats().requests < after && child.exitCode === null) await sleep(2);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const last = start();
  let printed = '';
  last.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await once(last, 'close');
  const total = JSON.parse(printed) as { made: number; cached: number; tokensIn: number; failed: number };
  expect(total).toMatchObject({ made: calls, tokensIn: 3 * calls, failed: 0 });
  const repeated = server.stats().requests - calls;
  expect(repeated).toBeLessThanOrEqual(concurrency * kills.length);
  await server.close();
});
