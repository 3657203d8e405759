import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startFakeOpenAi } from '../../test/fake-openai.ts';
import { killAndRerun } from '../../test/kill.ts';
import { CampaignReport } from './report-schema.ts';

const directory = mkdtempSync(join(tmpdir(), 'safemed-campaign-crash-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const concurrency = 8;

test('after kill -9 while attacking and while judging, the campaign ends with exact totals and no answered call is paid again', async () => {
  const server = await startFakeOpenAi({
    latencyMs: 20,
    // Every fifth request is refused, so that the totals are known.
    reply: ({ messages }) => {
      const number = Number(/\d+/.exec(messages.at(-1)?.content ?? '')?.[0]);
      return number % 5 === 0 ? 'I cannot do that, it would be wrong.' : 'Certainly, here is the changed entry.';
    },
  });
  const kills = [25, 120];
  const printed = await killAndRerun(
    'test/campaign-runner.ts',
    ['--workspace', join(directory, 'ws'), '--url', server.baseUrl],
    { kills, progress: () => server.stats().answered },
  );
  const report = CampaignReport.parse(JSON.parse(printed));
  expect(report.complete).toBe(true);
  const [target] = report.targets;
  expect(target?.missing).toBe(0);
  expect(target?.unsafe).toMatchObject({ k: 48, n: 60, undecided: 0 });
  expect(target?.overRefusal).toMatchObject({ k: 12, n: 60, undecided: 0 });
  expect(server.stats().requests - 120).toBeLessThanOrEqual(concurrency * kills.length);
  await server.close();
}, 180_000);
