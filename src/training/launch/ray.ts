import { AppError } from '../../core/error.ts';
import { jobCommand, stopSeconds } from './entrypoint.ts';
import type { Cluster, Job, JobStatus } from './launcher.ts';
import type { RayClient, RayJob, RaySubmission } from './ray-client.ts';
import type { RayConfig } from './schema.ts';
import { trainerZip } from './trainer-package.ts';

/** How often a submission that Ray could not carry out is tried again before its error is told. */
const submissionTries = 5;

/** A Ray cluster, through its Jobs API. The trainer is uploaded as the job's working directory. */
export function rayCluster(config: RayConfig, client: RayClient): Cluster {
  const failures = new Map<string, number>();
  return {
    label: `Ray at ${config.address}`,
    status: async ({ name }) => statusOf(await client.job(name)),
    submit: async (job) => {
      const trainer = await trainerZip();
      const archive = `_ray_pkg_${trainer.sha256}.zip`;
      if (!(await client.hasPackage(archive))) await client.uploadPackage(archive, trainer.bytes);
      try {
        await client.submit(submissionOf(config, job, archive));
      } catch (error) {
        // Where the answer is an error the job may be there all the same, for instance after a first try without answer.
        if ((await client.job(job.name)) !== undefined) return;
        const tries = (failures.get(job.name) ?? 0) + 1;
        failures.set(job.name, tries);
        if (error instanceof AppError && error.code === 'unavailable' && tries >= submissionTries)
          throw new AppError('check_failed', error.message, { cause: error });
        throw error;
      }
    },
    stop: ({ name }) => client.stop(name),
    kill: ({ name }) => client.stop(name), // Ray itself kills what does not end within RAY_JOB_STOP_WAIT_TIME_S
    log: ({ name }) => client.logs(name),
    // Ray deletes nothing that is still at work, for instance on its way out.
    forget: async ({ name }) => {
      if (statusOf(await client.job(name)).state === 'ended') await client.remove(name);
    },
  };
}

function statusOf(job: RayJob | undefined): JobStatus {
  if (job === undefined) return { state: 'absent' };
  if (job.status === 'RUNNING') return { state: 'running', detail: 'running' };
  if (job.status === 'PENDING') return { state: 'waiting', detail: job.message ?? 'waiting' };
  const code = job.driver_exit_code == null ? '' : ` with exit code ${job.driver_exit_code}`;
  const words = { STOPPED: 'was stopped', SUCCEEDED: 'ended', FAILED: 'failed' }[job.status];
  // Without an exit code the entrypoint never ran, and Ray's own message says why.
  const why = job.driver_exit_code == null && job.message != null ? ` (${job.message.split('\n')[0]})` : '';
  return { state: 'ended', how: `${words}${code}${why}` };
}

function submissionOf({ python, processes, resources }: RayConfig, job: Job, archive: string): RaySubmission {
  return {
    submission_id: job.name,
    entrypoint: jobCommand(job, { python, processes }),
    runtime_env: {
      working_dir: `gcs://${archive}`,
      // Ray would kill the worker three seconds after asking it to stop, before its checkpoint is written.
      env_vars: { ...job.environment, RAY_JOB_STOP_WAIT_TIME_S: String(stopSeconds) },
    },
    metadata: { safemed_run: job.name },
    ...(resources.cpus === undefined ? {} : { entrypoint_num_cpus: resources.cpus }),
    ...(resources.gpus === undefined ? {} : { entrypoint_num_gpus: resources.gpus }),
    ...(resources.memory === undefined ? {} : { entrypoint_memory: resources.memory }),
    ...(resources.custom === undefined ? {} : { entrypoint_resources: resources.custom }),
  };
}
