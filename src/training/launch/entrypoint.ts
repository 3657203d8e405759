import { eventsFile } from '../engine/worker-process.ts';
import type { Job } from './launcher.ts';

/** How long a worker may take to its checkpoint after it was asked to stop, in seconds. */
export const stopSeconds = 300;

/** A word of the shell. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

export type Entrypoint = {
  python: string;
  processes: number;
  /** Where the trainer's package lies; absent = where the job is started. */
  trainer?: string;
  /** A file that gets what the worker prints; absent = the cluster keeps it. */
  log?: string;
};

/**
 * The shell command of a job. First it makes sure that the directory is the one this program wrote to: a directory of
 * the same name on a disk that is not shared would take the run's results where nobody looks for them. Several
 * processes are started by torch.distributed.run, which gives each its rank and ends all when one fails.
 */
export function jobCommand(job: Job, { python, processes, trainer, log }: Entrypoint): string {
  const directory = quoted(job.directory);
  const files = `--spec ${directory}/run.json --events ${quoted(eventsFile(job.directory))} --out ${directory} --resume`;
  const spread =
    processes === 1
      ? ''
      : `-m torch.distributed.run --standalone --nnodes=1 --nproc-per-node=${processes} --max-restarts=0 --shutdown-timeout=${stopSeconds} `;
  return [
    'safemed_tries=0',
    `until [ "$(cat ${directory}/nonce-${job.attempt} 2>/dev/null)" = ${quoted(job.nonce)} ]; do`,
    '  safemed_tries=$((safemed_tries+1))',
    '  if [ "$safemed_tries" -gt 15 ]; then',
    `    echo "safemed: ${job.directory} on $(hostname) is not the directory that the launcher wrote to. Mount the shared disk there, under the same path." >&2`,
    '    exit 4',
    '  fi',
    '  sleep 1',
    'done',
    `if [ ! -w ${directory} ]; then`,
    `  echo "safemed: $(id -un) on $(hostname) cannot write to ${job.directory}. Give the cluster's user the right to write there." >&2`,
    '  exit 4',
    'fi',
    ...(trainer === undefined ? [] : [`cd ${quoted(trainer)} || exit 4`]),
    `exec ${quoted(python)} ${spread}-m safemed_trainer ${files}${log === undefined ? '' : ` >> ${quoted(log)} 2>&1`}`,
  ].join('\n');
}
