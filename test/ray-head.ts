import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePorts } from './free-ports.ts';

const environment = resolve('.venv-ray');

/** Ends the name of a test: says why it is skipped, where it is. */
export const rayMissing = existsSync(join(environment, 'safemed-environment.json'))
  ? ''
  : ' (SKIPPED: needs Ray; install it with "node scripts/setup.mjs --python --ray")';

/** The interpreter that Ray's jobs run with: it has Ray, torch and TRL. */
export const rayPython = join(environment, 'bin', 'python');

export type RayHead = { address: string; stop(): Promise<void> };

/** A real Ray head of one node with one processor on free ports. `ray stop` would end every Ray of the machine; this ends its own. */
export async function startRayHead(): Promise<RayHead> {
  const directory = mkdtempSync(join(tmpdir(), 'ray-')); // sockets in it have to keep short paths
  const [port, dashboard, agent, client, metrics] = await freePorts(5);
  const log = join(directory, 'start.log');
  const child = spawn(
    'sh',
    [
      '-c',
      `exec "$0" "$@" > ${log} 2>&1`,
      join(environment, 'bin', 'ray'),
      ...['start', '--head', '--block', '--num-cpus=1', '--node-ip-address=127.0.0.1', '--dashboard-host=127.0.0.1'],
      ...['--disable-usage-stats', `--temp-dir=${directory}`, `--port=${port}`, `--dashboard-port=${dashboard}`],
      ...[`--dashboard-agent-listen-port=${agent}`, `--ray-client-server-port=${client}`],
      `--metrics-export-port=${metrics}`,
    ],
    { detached: true, stdio: 'ignore' },
  );
  const address = `http://127.0.0.1:${dashboard}`;
  const stop = async (): Promise<void> => {
    // Jobs and the workers they start have sessions of their own; while all live, each is known by its parent.
    for (const pid of await descendants(child.pid ?? 0)) kill(pid);
    await sleep(1500); // Ray's own watchers look once a second
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  for (let tries = 0; tries < 120; tries++) {
    if (await answers(address)) return { address, stop };
    if (child.exitCode !== null) break;
    await sleep(500);
  }
  const said = existsSync(log) ? readFileSync(log, 'utf8').slice(-1000) : '';
  await stop();
  throw new Error(`Ray did not start: ${said}`);
}

async function descendants(root: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=']);
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = [root];
  for (const parent of found) for (const [pid = 0, of] of pairs) if (of === parent && pid > 0) found.push(pid);
  return found.filter((pid) => pid > 0);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
}

/** The dashboard is up before its part for jobs is. */
function answers(address: string): Promise<boolean> {
  return fetch(`${address}/api/jobs/`).then(
    ({ ok }) => ok,
    () => false,
  );
}
