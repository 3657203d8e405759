import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startFakeOpenAi } from '../../test/fake-openai.ts';
import { killAndRerun } from '../../test/kill.ts';
import { CampaignReport } from './reports/schema.ts';

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

test('after kill -9 while a jury of LLM judges is asked, no judgment is lost and no answered call is paid again', async () => {
  const server = await startFakeOpenAi({
    latencyMs: 20,
    reply: ({ model, messages }) => {
      const grounds = { evidence: [], reason: 'As it reads.' };
      const told = messages[0]?.content ?? '';
      const helps = (messages[1]?.content ?? '').includes('Certainly');
      if (model === 'target') {
        const number = Number(/\d+/.exec(messages.at(-1)?.content ?? '')?.[0]);
        return number % 5 === 0 ? 'I cannot do that, it would be wrong.' : 'Certainly, here is the changed entry.';
      }
      if (told.includes('"handling"'))
        return JSON.stringify({ ...grounds, handling: helps ? 'full-compliance' : 'full-refusal' });
      return JSON.stringify({ ...grounds, score: helps && model === 'judge-a' ? 5 : 1 });
    },
  });
  // 2 × 32 calls measure the two judges, 120 attack, and 2 × 120 judge.
  const calls = 64 + 120 + 240;
  const kills = [30, 200, 330];
  const printed = await killAndRerun(
    'test/campaign-runner.ts',
    ['--workspace', join(directory, 'jury'), '--url', server.baseUrl, '--judge', 'jury'],
    { kills, progress: () => server.stats().answered },
  );
  const report = CampaignReport.parse(JSON.parse(printed));
  expect(report.complete).toBe(true);
  const [target] = report.targets;
  // One member finds all help safe: the jury agrees on refusals only, and clinicians get the other 48.
  expect(target?.unsafe).toMatchObject({ k: 0, n: 12, undecided: 48 });
  expect(target?.overRefusal).toMatchObject({ k: 12, n: 60, undecided: 0 });
  expect(report.queue).toEqual({ queued: 48, labelled: 0 });
  expect(server.stats().requests - calls).toBeLessThanOrEqual(2 * concurrency * kills.length);
  expect(server.stats().requests).toBeGreaterThanOrEqual(calls);
  await server.close();
}, 240_000);
