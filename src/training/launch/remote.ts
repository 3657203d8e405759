import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../core/error.ts';
import { claimDirectory, eventReader } from '../engine/worker-process.ts';
import { RunSpec } from '../engine/worker-process-schema.ts';
import { contactWith, type Timing, usualTiming } from './contact.ts';
import { followJob } from './follow.ts';
import type { Cluster, Job, JobStatus, Launcher } from './launcher.ts';
import { resultHere } from './outcome.ts';
import { isFinal, type RemoteRun, type Submitted } from './remote-run.ts';
import { copyInputs, openSharedDirectory, readSubmission, stagedSpec, writeSubmission } from './shared-directory.ts';

export type Remote = {
  cluster: Cluster;
  /** The directory shared with the cluster. */
  directory: string;
  /** Variables of the worker, with their values. */
  environment?: Readonly<Record<string, string>>;
  timing?: Partial<Timing>;
};

/**
 * A launcher that submits the worker to a cluster and follows it by the event file on the shared disk. Which job is the
 * run's is written down before it is submitted, and the cluster is asked for it by name before every submission: no
 * crash and no lost answer makes a second one.
 */
export function remoteLauncher(remote: Remote): Launcher {
  const timing = { ...usualTiming, ...remote.timing };
  const { cluster } = remote;
  return async (options) => {
    const directory = await openSharedDirectory(remote.directory, options.spec.run_id);
    const { spec, copies } = stagedSpec(options.spec, remote.directory);
    await claimDirectory(directory, RunSpec.parse(spec));
    const reader = eventReader({ ...options, directory });
    await reader.read();
    const run: RemoteRun = {
      cluster,
      timing,
      options,
      directory,
      reader,
      contact: contactWith(cluster, timing, options),
    };
    const earlier = reader.last();
    if (earlier?.type === 'done') return resultHere(run, earlier);
    const jobOf = ({ attempt, nonce }: { attempt: number; nonce: string }): Job => ({
      name: `safemed-${options.spec.run_id}-${attempt}`,
      directory,
      attempt,
      nonce,
      environment: remote.environment ?? {},
    });
    const known = await readSubmission(directory);
    const submitted = known === undefined ? undefined : { job: jobOf(known), from: known.from };
    const state = submitted === undefined ? 'absent' : await stateOf(run, submitted);
    if (submitted !== undefined && state === 'active') return followJob(run, submitted);
    if (options.signal?.aborted === true) return { status: 'stopped', step: 0, reason: 'request' };
    await options.onStatus?.('copying the model and the data to the shared disk');
    await copyInputs(copies);
    // A job that the cluster does not know was never submitted, or went with the cluster: its name is free.
    const attempt = (known?.attempt ?? 0) + (known !== undefined && state === 'absent' ? 0 : 1);
    const next = { attempt, nonce: randomBytes(16).toString('hex'), from: reader.position() };
    await writeSubmission(directory, next);
    const job = jobOf(next);
    await submit(run, job);
    return followJob(run, { job, from: next.from });
  };
}

/** What became of the submission before; where its last event says that it is over, the cluster gets time to see so. */
async function stateOf(run: RemoteRun, { job, from }: Submitted): Promise<'active' | 'ended' | 'absent'> {
  const { cluster, contact, reader, timing } = run;
  const deadline = performance.now() + timing.settle;
  for (;;) {
    const status: JobStatus = await contact.insist(() => cluster.status(job));
    const over = isFinal(reader.last(from));
    if (status.state === 'ended' || status.state === 'absent') return over ? 'ended' : status.state;
    if (!over) return 'active';
    if (status.state === 'unknown') return 'ended'; // a cluster that cannot be asked: the event is all there is
    if (performance.now() > deadline)
      throw new AppError(
        'conflict',
        `${cluster.label}: ${job.name} has written its last event but has not ended; end it there, then try again.`,
      );
    await sleep(timing.poll);
  }
}

/** Submits the job; where no answer came it is looked for before it is submitted again, for it may have been heard. */
async function submit({ cluster, contact }: RemoteRun, job: Job): Promise<void> {
  await contact.insist(async () => {
    if ((await cluster.status(job)).state === 'absent') await cluster.submit(job);
  });
}
