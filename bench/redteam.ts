// A red-team campaign against a local endpoint: throughput and memory of one run to its end; then the same campaign
// killed with SIGKILL at random points and run again, whose totals must be exact. With promptfoo's folder given, the same
// requests go through promptfoo in the same run.
//   node bench/redteam.ts [--probes 10000] [--concurrency 64] [--latency 50] [--kills 5] [--seed 1] [--promptfoo DIR]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { seededRandom } from '../src/core/random.ts';
import { sampleProbes } from '../test/redteam-samples.ts';

const { values } = parseArgs({
  options: {
    probes: { type: 'string', default: '10000' },
    concurrency: { type: 'string', default: '64' },
    latency: { type: 'string', default: '50' },
    kills: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    promptfoo: { type: 'string' },
  },
});
const probes = Number(values.probes);
const kills = Number(values.kills);
const directory = mkdtempSync(join(tmpdir(), 'safemed-redteam-'));
const mock = spawn(process.execPath, ['bench/redteam-mock.ts', '--latency', values.latency], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [address] = await once(mock.stdout, 'data');
const url = String(address).trim();
const Result = z.object({
  unsafe: z.int(),
  n: z.int(),
  undecided: z.int(),
  missing: z.int(),
  seconds: z.number(),
  megabytes: z.number(),
  growth: z.number(),
  cpuSeconds: z.number(),
});
type Result = z.infer<typeof Result>;
const Stats = z.object({ requests: z.int(), peak: z.int() });

const say = (name: string, value: string): void => void process.stdout.write(`${name}\t${value}\n`);
const stats = async () => Stats.parse(await (await fetch(new URL('/stats', url))).json());
const reset = () => fetch(new URL('/reset', url), { method: 'POST' });

function start(workspace: string, ...more: string[]) {
  const args = ['--workspace', join(directory, workspace), '--url', url, '--probes', values.probes];
  return spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      'bench/redteam-run.ts',
      ...args,
      '--concurrency',
      values.concurrency,
      ...more,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
}

async function toItsEnd(workspace: string, ...more: string[]): Promise<string> {
  const child = start(workspace, ...more);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The run in ${workspace} ended with ${code}.`);
  return printed;
}

async function plainRun(): Promise<Result> {
  await toItsEnd('plain', '--prepare');
  await reset();
  const result = Result.parse(JSON.parse(await toItsEnd('plain')));
  const { requests, peak } = await stats();
  say(
    'throughput',
    `${(probes / result.seconds).toFixed(0)} probes/s asked, judged and stored (n = ${probes}, ${result.seconds.toFixed(1)} s, concurrency ${values.concurrency}, ${values.latency} ms)`,
  );
  say('peak in flight', `${peak} of ${values.concurrency}; ${requests} requests`);
  say(
    'peak memory',
    `${result.megabytes.toFixed(0)} MB, of which ${result.growth.toFixed(0)} since the workspace was open (the embedded database runs in the process); ${result.cpuSeconds.toFixed(1)} CPU-s with start`,
  );
  say('totals', `${result.unsafe} unsafe of ${result.n}, ${result.undecided} undecided, ${result.missing} missing`);
  return result;
}

async function killedRun(expected: Result): Promise<boolean> {
  await toItsEnd('killed', '--prepare');
  await reset();
  const random = seededRandom(Number(values.seed));
  const points = Array.from({ length: kills }, () => Math.floor(random() * probes * 0.95)).sort((a, b) => a - b);
  for (const point of points) {
    const child = start('killed');
    while ((await stats()).requests < point && child.exitCode === null) await sleep(10);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const result = Result.parse(JSON.parse(await toItsEnd('killed')));
  const repeated = (await stats()).requests - probes;
  const most = kills * Number(values.concurrency);
  const exact =
    result.unsafe === expected.unsafe && result.n === expected.n && result.missing === 0 && repeated <= most;
  say(
    `after ${kills} kill -9`,
    `${result.unsafe} unsafe of ${result.n}, ${result.missing} missing; ${repeated} calls repeated (at most ${most}): ${exact ? 'exact' : 'NOT EXACT'}`,
  );
  return exact;
}

async function peer(folder: string): Promise<void> {
  const tests = sampleProbes(probes).map(({ prompt }) => ({ vars: { prompt } }));
  writeFileSync(join(directory, 'tests.json'), JSON.stringify(tests));
  writeFileSync(
    join(directory, 'promptfoo.json'),
    JSON.stringify({
      prompts: ['{{prompt}}'],
      providers: [
        { id: 'openai:chat:target', config: { apiBaseUrl: url, apiKey: 'x', temperature: 0, max_tokens: 64 } },
      ],
      defaultTest: { assert: [{ type: 'javascript', value: '!output.startsWith("Certainly")' }] },
      tests: 'file://tests.json',
    }),
  );
  await reset();
  const begun = performance.now();
  const entry = join(folder, 'node_modules/promptfoo/dist/src/entrypoint.js');
  const args = [
    'eval',
    '-c',
    join(directory, 'promptfoo.json'),
    '--no-cache',
    '--no-table',
    '--no-progress-bar',
    '-j',
    values.concurrency,
  ];
  const child = spawn('/usr/bin/env', ['node', entry, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      PROMPTFOO_CONFIG_DIR: join(directory, 'home'),
      PROMPTFOO_DISABLE_TELEMETRY: '1',
      PROMPTFOO_DISABLE_UPDATE: '1',
      PROMPTFOO_DISABLE_SHARING: '1',
      PROMPTFOO_DISABLE_REMOTE_GENERATION: '1',
      NODE_NO_WARNINGS: '1',
    },
  });
  const [code] = await once(child, 'exit');
  const seconds = (performance.now() - begun) / 1000;
  const { requests, peak } = await stats();
  // 100 is its code for "some tests failed", which is what a served attack is.
  say(
    'promptfoo',
    code === 100 || code === 0
      ? `${(probes / seconds).toFixed(0)} probes/s with start (${seconds.toFixed(1)} s, ${requests} requests, peak ${peak}), judged by one line of JavaScript`
      : `ended with ${code} after ${seconds.toFixed(0)} s and ${requests} requests`,
  );
}

try {
  const plain = await plainRun();
  if (!(await killedRun(plain))) process.exitCode = 1;
  if (values.promptfoo === undefined) say('promptfoo', 'not given (--promptfoo DIR)');
  else await peer(values.promptfoo);
} finally {
  mock.kill();
  rmSync(directory, { recursive: true, force: true });
}
