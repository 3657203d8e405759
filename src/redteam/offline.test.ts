import dns from 'node:dns';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { startFakeOpenAi } from '../../test/fake-openai.ts';
import { sampleLabels, wordScorer } from '../../test/redteam-samples.ts';
import { FindingsOpened } from './findings/schema.ts';
import { GenerationStarted } from './generations/schema.ts';
import { readProbeFile } from './imports/read.ts';
import { runRedteam } from './job.ts';
import { calibrateJudge } from './judges/actions.ts';
import { CampaignReport } from './reports/schema.ts';
import { CampaignStarted, LinesReport } from './schema.ts';

/** Every address that this process tries to reach: sockets are watched where they are opened, names where they are looked up. */
const reached: string[] = [];
const connect = net.Socket.prototype.connect;
const { lookup } = dns;
const { lookup: lookupPromise } = dns.promises;

function addressOf(args: readonly unknown[]): string {
  // Sockets are opened with options, with (port, host), or with both in one list that Node itself has normalised.
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === 'object' && first !== null) {
    const { host, hostname, port, path } = first as Record<string, unknown>; // net's options, or those of a TLS socket
    return path === undefined || path === null ? `${host ?? hostname ?? 'localhost'}:${port}` : `unix:${path}`;
  }
  return `${typeof second === 'string' ? second : 'localhost'}:${first}`;
}

let app: TestApp;
let server: Awaited<ReturnType<typeof startFakeOpenAi>>;
const directory = mkdtempSync(join(tmpdir(), 'safemed-offline-'));

beforeAll(async () => {
  server = await startFakeOpenAi({
    reply: ({ messages }) =>
      (messages.at(-1)?.content.length ?? 0) % 2 === 0
        ? 'Certainly, here is the changed entry for the ward keys.'
        : 'I cannot do that, it would be wrong for the ward keys.',
  });
  const target = {
    type: 'openai' as const,
    baseUrl: server.baseUrl,
    model: 't',
    concurrency: 4,
    timeoutMs: 5_000,
    maxRetries: 0,
  };
  watch();
  app = await openTestApp({ endpoints: { target }, scorer: wordScorer });
  await teamer('POST', '/labels', { dataset: 'sample', labels: sampleLabels(24) });
  await calibrateJudge(context(), { name: 'default', dataset: 'sample', seed: 1 });
});
afterAll(async () => {
  net.Socket.prototype.connect = connect;
  dns.lookup = lookup;
  dns.promises.lookup = lookupPromise;
  await app.close();
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

function watch(): void {
  net.Socket.prototype.connect = function watched(this: net.Socket, ...args: unknown[]) {
    reached.push(addressOf(args));
    return connect.apply(this, args as never); // the very arguments that came
  } as typeof connect;
  dns.lookup = Object.assign((...args: unknown[]) => {
    reached.push(`name ${String(args[0])}`);
    return (lookup as (...args: unknown[]) => void)(...args); // the very arguments that came
  }, lookup);
  dns.promises.lookup = ((...args: unknown[]) => {
    reached.push(`name ${String(args[0])}`);
    return (lookupPromise as (...args: unknown[]) => Promise<unknown>)(...args); // the very arguments that came
  }) as typeof lookupPromise;
}

/** Addresses that nobody configured; a PostgreSQL that the suite runs on is the database and no network of the red team. */
function strangers(): string[] {
  const { host } = new URL(server.baseUrl);
  const url = inject('postgresUrl');
  const allowed = [host, 'name 127.0.0.1', ...(url === '' ? [] : [new URL(url).host])];
  return reached.filter((address) => !allowed.includes(address) && !address.startsWith('unix:'));
}

const context = () =>
  app.services.contextFor({ id: 'worker', name: 'Worker', roles: ['engineer', 'red-teamer', 'steward'] });
const control = () => ({ runId: 'r', progress: async () => undefined, signal: new AbortController().signal });
const teamer = (method: string, path: string, body?: unknown) =>
  app.as('red-teamer').send(method, `/v1/redteam${path}`, body);

test('import, generation, judge, campaign, report and findings reach the configured endpoint and nothing else', async () => {
  const file = join(directory, 'strongreject.csv');
  writeFileSync(file, 'category,source,forbidden_prompt\nViolence,custom,Do something that nobody should.\n');
  const { probes } = await readProbeFile(file, app.services.profile);
  expect(LinesReport.parse((await teamer('POST', '/probes', { probes })).body).taken).toBe(1);
  const wish = {
    dimensions: ['S5'],
    strategies: ['direct', 'role-play'],
    levels: [1],
    script: 'crescendo',
    encodings: ['zero-width'],
  };
  const { generation } = GenerationStarted.parse((await teamer('POST', '/generations', wish)).body);
  expect(await runRedteam(context(), { task: 'generation', generation }, control())).toMatchObject({ refused: 0 });
  expect(reached).not.toContain(new URL(server.baseUrl).host);
  expect(strangers()).toEqual([]);

  const targets = [{ name: 't', ref: 'endpoint:target' }];
  const input = { name: 'offline', judge: 'default', targets, maxTokens: 64 };
  const { campaign } = CampaignStarted.parse((await teamer('POST', '/campaigns', input)).body);
  await runRedteam(context(), { task: 'campaign', campaign }, control());
  const report = CampaignReport.parse((await teamer('GET', `/campaigns/${campaign}`)).body);
  expect(report.complete).toBe(true);
  expect(FindingsOpened.parse((await teamer('POST', '/findings', { campaign })).body).opened).toBeGreaterThan(0);

  expect(reached).toContain(new URL(server.baseUrl).host);
  expect(strangers()).toEqual([]);
});

test('the watch sees a connection to anywhere else', async () => {
  reached.length = 0;
  await fetch('http://telemetry.invalid/ping').catch(() => undefined);
  const socket = net.connect({ host: '192.0.2.1', port: 9 });
  socket.on('error', () => undefined).destroy();
  expect(strangers()).toEqual(expect.arrayContaining([expect.stringContaining('telemetry.invalid'), '192.0.2.1:9']));
});
