import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { request } from '../src/training/launch/ray-http.ts';
import { freePorts } from './free-ports.ts';

const environment = resolve('.venv-ray');

/** Ends the name of a test: says why it is skipped, where it is. */
export const rayMissing = existsSync(join(environment, 'safemed-environment.json'))
  ? ''
  : ' (SKIPPED: needs Ray; install it with "node scripts/setup.mjs --python --ray")';

/** The interpreter that Ray's jobs run with: it has Ray, torch and TRL. */
export const rayPython = join(environment, 'bin', 'python');

export type RayHead = { address: string; stop(): Promise<void> };

/** Names the head that a process belongs to: Ray's processes leave the one that started them. */
const mark = 'SAFEMED_TEST_RAY';

/**
 * A real Ray head of one node with one processor on free ports. `ray stop` would end every Ray of the machine; this ends
 * its own. It is not started with `--block`, which ends all when Ray's server for its own clients, which we are none of,
 * gives up after thirty seconds on a busy machine.
 */
export async function startRayHead(): Promise<RayHead> {
  const directory = mkdtempSync(join(tmpdir(), 'ray-')); // sockets in it have to keep short paths
  const [port, dashboard, agent = 0, client, metrics] = await freePorts(5);
  const log = join(directory, 'start.log');
  const child = spawn(
    'sh',
    [
      '-c',
      `${mark}=${directory} exec "$0" "$@" > ${log} 2>&1`,
      join(environment, 'bin', 'ray'),
      ...['start', '--head', '--num-cpus=1', '--node-ip-address=127.0.0.1', '--dashboard-host=127.0.0.1'],
      ...['--disable-usage-stats', `--temp-dir=${directory}`, `--port=${port}`, `--dashboard-port=${dashboard}`],
      ...[`--dashboard-agent-listen-port=${agent}`, `--ray-client-server-port=${client}`],
      `--metrics-export-port=${metrics}`,
      '--no-monitor', // of the autoscaler, which one node has no use for
    ],
    { stdio: 'ignore' },
  );
  const address = `http://127.0.0.1:${dashboard}`;
  const stop = async (): Promise<void> => {
    for (const pid of await processesOf(directory)) kill(pid);
    await sleep(1500); // Ray's own watchers look once a second
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode === 0 && (await takesJobs(address, agent))) return { address, stop };
    if (child.exitCode !== null && child.exitCode !== 0) break;
    await sleep(500);
  }
  const logs = [log, join(directory, 'session_latest/logs/dashboard_agent.log')];
  const said = logs.map((file) => (existsSync(file) ? readFileSync(file, 'utf8').slice(-1000) : ''));
  await stop();
  throw new Error(`Ray did not start: ${said.join('\n')}`);
}

/** What carries the mark, and what that has started: workers write their title over their environment. */
async function processesOf(directory: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=']);
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = pairs.flatMap(([pid = 0]) => (environmentOf(pid).includes(`${mark}=${directory}`) ? [pid] : []));
  for (const parent of found)
    for (const [pid = 0, of] of pairs) if (of === parent && pid > 0 && !found.includes(pid)) found.push(pid);
  return found;
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return ''; // it has ended meanwhile, or is another user's
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
}

/** The dashboard is up before its part for jobs is, and both before the agent that starts them. */
async function takesJobs(address: string, agent: number): Promise<boolean> {
  const jobs = await answers(`${address}/api/jobs/`);
  return jobs && (await answers(`http://127.0.0.1:${agent}/api/local_raylet_healthz`));
}

/** Not by `fetch`, whose requests the agent takes for a browser's and refuses. */
function answers(url: string): Promise<boolean> {
  return request(url, { method: 'GET', headers: {} }).then(
    ({ status }) => status === 200,
    () => false,
  );
}
