import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePorts } from './free-ports.ts';

const daemons = ['/usr/sbin/munged', '/usr/sbin/slurmctld', '/usr/sbin/slurmd'];

/** Ends the name of a test: says why it is skipped, where it is. */
export const slurmMissing = missing();

function missing(): string {
  const absent = daemons.filter((program) => !existsSync(program));
  if (absent.length > 0) return ' (SKIPPED: needs the Debian packages slurm-wlm and munge)';
  if (process.getuid?.() !== 0) return ' (SKIPPED: the daemons of a Slurm node start as root only)';
  return '';
}

export type SlurmNode = {
  /** The configuration file: the commands find this cluster by the variable SLURM_CONF. */
  config: string;
  /** Stops and starts the controller, as an administrator does. */
  controller: { stop(): Promise<void>; start(): Promise<void> };
  stop(): Promise<void>;
};

/** A real Slurm of one node and one partition `main`, with a munge of its own, in a temporary directory. */
export async function startSlurmNode(): Promise<SlurmNode> {
  const directory = mkdtempSync(join(tmpdir(), 'slurm-'));
  chmodSync(directory, 0o755);
  for (const name of ['munge', 'state', 'spool', 'log']) mkdirSync(join(directory, name), { mode: 0o700 });
  const key = join(directory, 'munge', 'key');
  writeFileSync(key, Buffer.from(Array.from({ length: 1024 }, (_, n) => (n * 131 + 7) % 256)), { mode: 0o400 });
  const socket = join(directory, 'munge.socket');
  const [controllerPort = 0, nodePort = 0] = await freePorts(2);
  const config = join(directory, 'slurm.conf');
  writeFileSync(config, configuration(directory, socket, controllerPort, nodePort));
  const started: ChildProcess[] = [];
  const run = (program: string, args: string[]): ChildProcess => {
    const child = spawn(program, args, { stdio: 'ignore' });
    started.push(child);
    return child;
  };
  run('/usr/sbin/munged', [
    '--foreground',
    '--force', // the directories belong to root and not to a user munge
    `--socket=${socket}`,
    `--key-file=${key}`,
    ...['pid', 'seed', 'log'].map((name) => `--${name}-file=${join(directory, 'munge', name)}`),
  ]);
  await until(() => existsSync(socket), 'munged did not start');
  const controllerArguments = ['-D', '-f', config];
  let controller = run('/usr/sbin/slurmctld', controllerArguments);
  const node = run('/usr/sbin/slurmd', ['-D', '-f', config, '-N', hostname()]);
  const stop = async (): Promise<void> => {
    for (const child of [node, controller, ...started]) await ended(child);
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  const idle = (): Promise<boolean> =>
    promisify(execFile)('env', [`SLURM_CONF=${config}`, 'sinfo', '--noheader', '--format=%T']).then(
      ({ stdout }) => stdout.trim() === 'idle',
      () => false,
    );
  try {
    await until(idle, 'the node did not become idle');
  } catch (error) {
    const said = ['ctld.log', 'slurmd.log'].map((name) => readIfThere(join(directory, 'log', name)).slice(-1500));
    await stop();
    throw new Error(`Slurm did not start: ${said.join('\n')}`, { cause: error });
  }
  return {
    config,
    controller: {
      stop: () => ended(controller),
      start: async () => {
        controller = run('/usr/sbin/slurmctld', controllerArguments);
      },
    },
    stop,
  };
}

function configuration(directory: string, socket: string, controllerPort: number, nodePort: number): string {
  const host = hostname();
  const at = (...parts: string[]): string => join(directory, ...parts);
  return [
    'ClusterName=test',
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${controllerPort}`,
    `SlurmdPort=${nodePort}`,
    'SlurmUser=root',
    'SlurmdUser=root',
    'AuthType=auth/munge',
    `AuthInfo=socket=${socket}`,
    'CredType=cred/munge',
    `StateSaveLocation=${at('state')}`,
    `SlurmdSpoolDir=${at('spool')}`,
    `SlurmctldLogFile=${at('log', 'ctld.log')}`,
    `SlurmdLogFile=${at('log', 'slurmd.log')}`,
    `SlurmctldPidFile=${at('ctld.pid')}`,
    `SlurmdPidFile=${at('slurmd.pid')}`,
    'ProctrackType=proctrack/pgid',
    'TaskPlugin=task/none',
    'ReturnToService=2',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_CPU',
    'JobCompType=jobcomp/none',
    'AccountingStorageType=accounting_storage/none',
    'JobAcctGatherType=jobacct_gather/none',
    'SchedulerParameters=batch_sched_delay=1,sched_interval=5',
    `NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=2000 State=UNKNOWN`,
    `PartitionName=main Nodes=${host} Default=YES MaxTime=INFINITE State=UP`,
    '',
  ].join('\n');
}

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await exit;
  clearTimeout(timer);
}

async function until(condition: () => boolean | Promise<boolean>, otherwise: string): Promise<void> {
  for (let tries = 0; tries < 1800; tries++) {
    if (await condition()) return;
    await sleep(100);
  }
  throw new Error(otherwise);
}
