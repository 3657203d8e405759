import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, messageOf } from '../../core/error.ts';
import { runCommand } from '../engine/environment-command.ts';
import { jobCommand, stopSeconds } from './entrypoint.ts';
import type { Cluster, Job, JobStatus } from './launcher.ts';
import type { SlurmConfig } from './schema.ts';
import { shareTrainer } from './trainer-package.ts';

/** A Slurm cluster, through its commands on this machine. The trainer is copied to the shared disk. */
export function slurmCluster(config: SlurmConfig): Cluster {
  return {
    label: config.partition === undefined ? 'Slurm' : `Slurm, partition ${config.partition}`,
    status: async (job) => {
      const id = await idOf(job);
      return id === undefined ? { state: 'absent' } : statusOf(id);
    },
    submit: async (job) => {
      const script = join(job.directory, `job-${job.attempt}.sh`);
      const trainer = await shareTrainer(config.directory);
      const { python, processes } = config;
      await writeFile(script, `#!/bin/sh\n${jobCommand(job, { python, processes, trainer })}\n`);
      await rm(idFile(job), { force: true }); // that of a job which went with its cluster
      const printed = await slurm('sbatch', [...options(config, job), ...config.sbatchArgs, script]);
      await writeFile(idFile(job), printed.split(';')[0]?.trim() ?? '');
    },
    stop: async (job) => {
      const id = await idOf(job);
      if (id === undefined) return;
      const { state } = await statusOf(id);
      // scancel alone would kill the worker after Slurm's KillWait; a signal alone ends nothing that has not begun.
      if (state === 'running') await slurm('scancel', ['--signal=TERM', '--full', id]);
      else if (state === 'waiting') await slurm('scancel', [id]);
    },
    kill: async (job) => {
      const id = await idOf(job);
      if (id !== undefined) await slurm('scancel', [id]);
    },
    log: (job) => readFile(logFile(job), 'utf8').catch(() => ''),
    forget: async () => undefined, // Slurm forgets by itself
  };
}

function options({ partition, account, gres, time, rewards }: SlurmConfig, job: Job): string[] {
  const named = Object.entries({ partition, account, gres, time });
  return [
    '--parsable',
    `--job-name=${job.name}`,
    `--chdir=${job.directory}`,
    `--output=${logFile(job)}`,
    '--nodes=1',
    '--ntasks=1',
    // The variables of this program hold its secrets: the job gets the one it needs and no other.
    `--export=${rewards === undefined ? 'NONE' : rewards.tokenEnv}`,
    // A worker whose time ends stops at a checkpoint, and goes on at the next start.
    ...(time === undefined ? [] : [`--signal=B:TERM@${Math.min(stopSeconds, Math.floor(limitSeconds(time) / 4))}`]),
    ...named.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])),
  ];
}

/** A time limit in seconds: minutes, MM:SS, HH:MM:SS, D-HH, D-HH:MM or D-HH:MM:SS (sbatch's manual). */
export function limitSeconds(time: string): number {
  const [days, clock] = time.includes('-') ? time.split('-') : [undefined, time];
  const [first = 0, second = 0, third] = (clock ?? '').split(':').map(Number);
  if (days !== undefined) return Number(days) * 86_400 + first * 3600 + second * 60 + (third ?? 0);
  return third === undefined ? first * 60 + second : first * 3600 + second * 60 + third;
}

function idFile(job: Job): string {
  return join(job.directory, `job-${job.attempt}.id`);
}

function logFile(job: Job): string {
  return join(job.directory, `job-${job.attempt}.log`);
}

/** The job's number: as kept, or, where a crash came between submitting and keeping it, that of the job of its name. */
async function idOf(job: Job): Promise<string | undefined> {
  const known = await readFile(idFile(job), 'utf8').catch(() => '');
  if (known !== '') return known;
  const listed = await slurm('squeue', ['--noheader', '--states=all', `--name=${job.name}`, '--format=%i']);
  const id =
    listed
      .trim()
      .split('\n')
      .sort((a, b) => Number(b) - Number(a))[0] ?? '';
  if (id === '') return undefined;
  await writeFile(idFile(job), id);
  return id;
}

/** Not at work, and not over: in the queue, held, or suspended by the scheduler. */
const waiting = [
  ...['PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_HOLD', 'REQUEUE_FED', 'RESV_DEL_HOLD', 'SPECIAL_EXIT'],
  ...['SUSPENDED', 'STOPPED'],
];
const running = ['RUNNING', 'COMPLETING', 'RESIZING', 'SIGNALING', 'STAGE_OUT'];

async function statusOf(id: string): Promise<JobStatus> {
  let told: string;
  try {
    told = await slurm('scontrol', ['show', 'job', id, '--oneliner']);
  } catch (error) {
    if (/Invalid job id/i.test(messageOf(error))) return { state: 'absent' }; // ended some time ago
    throw error;
  }
  const field = (name: string): string => new RegExp(`(?:^|\\s)${name}=(\\S*)`).exec(told)?.[1] ?? '';
  const state = field('JobState');
  if (waiting.includes(state)) return { state: 'waiting', detail: `job ${id} is ${state} (${field('Reason')})` };
  if (running.includes(state)) return { state: 'running', detail: `job ${id} is ${state} on ${field('NodeList')}` };
  return { state: 'ended', how: `(job ${id}) ended as ${state} with exit code ${field('ExitCode')}` };
}

/** Runs a command of Slurm. `unavailable` where the controller is not reached, `invalid_input` where it refuses. */
async function slurm(program: string, args: readonly string[]): Promise<string> {
  try {
    return await runCommand(program, args);
  } catch (error) {
    const message = messageOf(error);
    if (message.includes('ENOENT'))
      throw new AppError('invalid_input', `${program} is not here; install Slurm's commands on this machine.`, {
        cause: error,
      });
    // The controller restarts, or the network is away: these pass. Everything else is an answer.
    const passing = /unable to contact|connection|timed out|temporarily|communication|socket|slurmctld/i.test(message);
    throw new AppError(passing ? 'unavailable' : 'invalid_input', message, { cause: error });
  }
}
