// The evaluation runner against a mock server on this machine: requests a second, a cached rerun, memory, and exact totals
// after kills; with --promptfoo, --inspect or --lm-eval (their programs) the same 1,000 questions by them, in the same run.
//   node bench/evaluation.ts [--only speed,cached,memory,large,kills,peers] [--engine pglite|postgres] [--questions 1000]
//     [--runs 3] [--kills 10]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPostgres } from '../scripts/postgres.mjs';
import type { Workspace } from '../src/context/workspace.ts';
import { seededRandom } from '../src/core/random.ts';
import { evaluationOf, expectedCorrect, prepare } from './evaluation-data.ts';
import { runPeers } from './evaluation-peers.ts';
import { type Mock, startMock } from './mock.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'speed,cached,memory,large,kills,peers' },
    engine: { type: 'string', default: 'pglite' },
    questions: { type: 'string', default: '1000' },
    runs: { type: 'string', default: '3' },
    kills: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    promptfoo: { type: 'string' },
    inspect: { type: 'string' },
    'lm-eval': { type: 'string' },
  },
});
const concurrency = 32;
const wanted = values.only.split(',');
const random = seededRandom(Number(values.seed));
const server = values.engine === 'postgres' ? await startPostgres({ durable: true }) : undefined;
if (server !== undefined && 'reason' in server) throw new Error(server.reason);

type Figures = {
  wallMs: number;
  cpuMs: number;
  rssBefore: number;
  rssPeak: number;
  live: number[];
  answered: number;
  correct: number;
};

const script = (...parts: string[]): string[] => ['--disable-warning=ExperimentalWarning', ...parts];
const runner = (workspace: Workspace, evaluation: string): string[] =>
  script(`${import.meta.dirname}/evaluation-run.ts`, workspace.root, evaluation);

/** Runs an evaluation to its end in a process of its own. */
async function run(workspace: Workspace, evaluation: string): Promise<Figures & { processMs: number }> {
  const began = performance.now();
  const child = spawn(process.execPath, runner(workspace, evaluation), { stdio: ['ignore', 'pipe', 'inherit'] });
  let last = '';
  createInterface(child.stdout).on('line', (line) => {
    last = line;
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The run ended with code ${code}.`);
  return { ...JSON.parse(last), processMs: performance.now() - began };
}

/** A workspace with so many questions and an endpoint that is the mock. */
async function workspaceWith(questions: number, mock: Mock): Promise<Workspace> {
  return prepare({
    questions,
    concurrency,
    baseUrl: `${mock.address}/v1`,
    server: server !== undefined && 'url' in server ? server.url : undefined,
  });
}

const median = (numbers: number[]): number =>
  numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

function checkTotals(figures: Figures, questions: number): void {
  const correct = expectedCorrect(questions);
  if (figures.answered === questions && figures.correct === correct) return;
  console.log(`WRONG TOTALS: ${figures.correct} of ${figures.answered}, expected ${correct} of ${questions}`);
  process.exitCode = 1;
}

async function speed(latency: number): Promise<void> {
  const mock = await startMock(latency);
  const questions = Number(values.questions);
  const walls: number[] = [];
  const spans: number[] = [];
  const rates: number[] = [];
  const processes: number[] = [];
  const cpus: number[] = [];
  for (let i = 0; i < Number(values.runs); i++) {
    const workspace = await workspaceWith(questions, mock);
    await mock.reset();
    const figures = await run(workspace, await evaluationOf(workspace));
    const stats = await mock.stats();
    checkTotals(figures, questions);
    walls.push(figures.wallMs);
    rates.push((1000 * questions) / figures.wallMs);
    spans.push((1000 * questions) / stats.spanMs);
    processes.push(figures.processMs);
    cpus.push(figures.cpuMs);
    if (stats.requests !== questions) console.log(`(the server counted ${stats.requests} requests)`);
    if (i === 0 && latency > 0 && questions === 1000 && wanted.includes('cached')) await cached(workspace, mock);
    rmSync(workspace.root, { recursive: true });
  }
  console.log(
    `${values.engine}, ${latency} ms, ${concurrency} at a time: ${median(rates).toFixed(0)} requests/s (${rates.map((one) => one.toFixed(0)).join(', ')}), ${median(spans).toFixed(0)} requests/s between first and last, wall ${seconds(median(walls))}, CPU ${seconds(median(cpus))}, whole process ${seconds(median(processes))}; ${questions.toLocaleString('en')} questions, ${walls.length} runs`,
  );
  mock.stop();
}

async function cached(workspace: Workspace, mock: Mock): Promise<void> {
  await mock.reset();
  const figures = await run(workspace, await evaluationOf(workspace));
  checkTotals(figures, 1000);
  const { requests } = await mock.stats();
  console.log(
    `${values.engine}: cached rerun of 1,000 in ${seconds(figures.wallMs)}, CPU ${seconds(figures.cpuMs)} (whole process ${seconds(figures.processMs)}), ${requests} requests`,
  );
}

async function memory(questions: number): Promise<void> {
  const mock = await startMock(0);
  const workspace = await workspaceWith(questions, mock);
  const figures = await run(workspace, await evaluationOf(workspace));
  checkTotals(figures, questions);
  console.log(
    `${values.engine}: ${questions.toLocaleString('en')} questions: memory ${mb(figures.rssBefore)} before, ${mb(figures.rssPeak)} at most, growth ${mb(figures.rssPeak - figures.rssBefore)}; live heap after full collections ${figures.live.map((bytes) => mb(bytes)).join(', ')}; ${(questions / (figures.wallMs / 1000)).toFixed(0)} requests/s at 0 ms`,
  );
  rmSync(workspace.root, { recursive: true });
  mock.stop();
}

async function kills(times: number): Promise<void> {
  const mock = await startMock(50);
  const workspace = await workspaceWith(1000, mock);
  const evaluation = await evaluationOf(workspace);
  await mock.reset();
  const points = Array.from({ length: times }, () => Math.floor(random() * 1000)).sort((x, y) => x - y);
  let killed = 0;
  for (const point of points) {
    const child = spawn(process.execPath, runner(workspace, evaluation), { stdio: ['ignore', 'ignore', 'inherit'] });
    const exited = once(child, 'exit');
    while (child.exitCode === null && (await mock.stats()).requests < point) await sleep(2);
    if (child.exitCode !== null) break;
    child.kill('SIGKILL');
    await exited;
    killed++;
  }
  const figures = await run(workspace, evaluation);
  checkTotals(figures, 1000);
  const { requests } = await mock.stats();
  console.log(
    `${values.engine}: ${killed} kills at random points: ${figures.correct} correct of ${figures.answered} (expected ${expectedCorrect(1000)} of 1000); ${requests - 1000} calls repeated in all, at most ${killed * concurrency} allowed (${concurrency} a kill); killed at request ${points.join(', ')}`,
  );
  if (requests - 1000 > killed * concurrency) process.exitCode = 1;
  rmSync(workspace.root, { recursive: true });
  mock.stop();
}

if (wanted.includes('speed')) {
  await speed(50);
  await speed(0);
}
if (wanted.includes('memory')) await memory(10_000);
if (wanted.includes('large')) await memory(100_000);
if (wanted.includes('kills')) await kills(Number(values.kills));
if (wanted.includes('peers')) {
  const { promptfoo, inspect } = values;
  await runPeers({ promptfoo, inspect, lmEval: values['lm-eval'], concurrency });
}
server?.stop();
