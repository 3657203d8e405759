// The workbench with many instances and reviews on PostgreSQL while reviewers work and a lead looks: the time of the next
// item, of opening the screen, of a saved draft, of a submission, of the list and of the agreement page.
//   node bench/workbench.ts [--instances 200000] [--each 5] [--reviewers 50] [--seconds 120] [--pause 2]
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { serve } from '@hono/node-server';
import { startPostgres } from '../scripts/postgres.mjs';
import { startSigning } from '../src/review/drafts/undo-timer.ts';
import { createApp } from '../src/server/app.ts';
import { newWorkspace, openLedgerServices } from './ledger-workspace.ts';
import type { ClientData, Timing } from './workbench-client.ts';
import { enrolBench, fillWorkbench } from './workbench-data.ts';

const { values } = parseArgs({
  options: {
    instances: { type: 'string', default: '200000' },
    each: { type: 'string', default: '5' },
    reviewers: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '120' },
    pause: { type: 'string', default: '2' },
  },
});
const number = (name: keyof typeof values): number => Number(values[name]);

/** Aims in milliseconds at the 95th percentile, from DESIGN §9 and the workbench's reference. */
const aims: Record<string, number> = { 'next item': 150, submit: 100, 'open the screen': 1000, 'list page': 300 };

const pages = {
  'list page': '/v1/instances?state=in-review&limit=50',
  'agreement page': '/v1/quality/agreement',
};

const postgres = await startPostgres();
if ('reason' in postgres) throw new Error(`PostgreSQL is needed: ${postgres.reason}`);
const workspace = await newWorkspace(postgres.url);
// Submissions are signed after half a minute here, so that the signing runs beside the rest.
cpSync('profiles/medical', join(workspace.root, 'profile'), { recursive: true });
const policy = join(workspace.root, 'profile', 'policy.yaml');
writeFileSync(
  policy,
  readFileSync(policy, 'utf8')
    .replace(/undoMinutes: .*/, 'undoMinutes: 0.5')
    .replace(/perDay: .*/, 'perDay: 100000'),
);
writeFileSync(workspace.config, `${readFileSync(workspace.config, 'utf8')}profile: ./profile\n`);
const services = await openLedgerServices(workspace);
try {
  const tokens = await enrolBench(services, number('reviewers'));
  const began = performance.now();
  await fillWorkbench(services, {
    instances: number('instances'),
    reviewsEach: number('each'),
    reviewers: number('reviewers'),
    openShare: 0.1,
  });
  console.error(`filled in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  await run(tokens);
} finally {
  await services.close();
  postgres.stop();
  rmSync(workspace.root, { recursive: true, force: true });
}

async function run(tokens: string[]): Promise<void> {
  const stop = startSigning(services.contextFor({ id: 'worker', name: 'Worker', roles: [] }));
  // Connections outlive the pauses, so that no request meets one that is just being closed.
  const serverOptions = { keepAliveTimeout: 600_000 };
  const server = serve({ fetch: createApp(services).fetch, hostname: '127.0.0.1', port: 0, serverOptions });
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as AddressInfo; // a TCP server's address is of this kind
  const data: ClientData = {
    url: `http://127.0.0.1:${port}`,
    tokens,
    seconds: number('seconds'),
    pause: number('pause'),
    pages,
  };
  // Nobody has asked for agreement yet: the first count goes through all reviews, later ones are answered from what is kept.
  const began = performance.now();
  const first = await fetch(`${data.url}${pages['agreement page']}`, {
    headers: { authorization: `Bearer ${tokens.at(-1)}` },
  });
  if (!first.ok) throw new Error(await first.text());
  console.log(`agreement counted for the first time: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const times = new Map<string, number[]>();
  let peak = 0;
  const memory = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 500);
  const client = new Worker(new URL('./workbench-client.ts', import.meta.url), { workerData: data });
  client.on('message', ({ name, ms }: Timing) => {
    const known = times.get(name) ?? [];
    times.set(name, known);
    known.push(ms);
  });
  await new Promise<void>((done, failed) => client.once('exit', () => done()).once('error', failed));
  clearInterval(memory);
  await stop();
  await new Promise((closed) => server.close(closed));
  const size = `${values.instances} instances, ${number('instances') * number('each')} reviews, ${values.reviewers} reviewers`;
  for (const [name, list] of times) {
    const sorted = list.toSorted((a, b) => a - b);
    const at = (p: number): string => (sorted[Math.ceil(p * sorted.length) - 1] ?? Number.NaN).toFixed(1);
    const aim = aims[name] === undefined ? '' : `, aim p95 ≤ ${aims[name]} ms`;
    console.log(`${name}: p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)} ms, n = ${list.length}${aim} (${size})`);
  }
  const [signed] = await services.db.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM submission WHERE state = 'signed'`,
  );
  console.log(`signed meanwhile: ${signed?.n}; server and client: ${(peak / 1e6).toFixed(0)} MB at most`);
}
