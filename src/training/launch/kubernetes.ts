import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { AppError } from '../../core/error.ts';
import { jobCommand } from './entrypoint.ts';
import type { Cluster, Job } from './launcher.ts';
import { jobManifest } from './manifest.ts';
import type { KubernetesConfig } from './schema.ts';
import { isThere } from './shared-directory.ts';
import { shareTrainer } from './trainer-package.ts';

/**
 * A Kubernetes cluster that this program never talks to: it writes the manifest, a person or a pipeline applies it, and
 * the run is followed by its events on the shared disk.
 */
export function kubernetesCluster(config: KubernetesConfig): Cluster {
  // A TrainJob's pods are asked to end; a RayJob's worker is killed with its head.
  const from =
    config.kind === 'trainjob' ? 'its worker stops at a checkpoint' : 'it can go on from its last checkpoint';
  const byHand = (job: Job, what: string): AppError =>
    new AppError(
      'incomplete',
      `${what} with "kubectl delete -f ${manifestFile(job)}": ${from}. Start the run again to go on or to fetch its result.`,
    );
  return {
    label: `Kubernetes (${config.kind})`,
    status: async (job) =>
      (await isThere(manifestFile(job)))
        ? { state: 'unknown', detail: `apply the job, if not done: kubectl apply -f ${manifestFile(job)}` }
        : { state: 'absent' },
    submit: async (job) => {
      const trainer = await shareTrainer(config.directory);
      const { python, processes } = config;
      // A file of its own: KubeRay takes its entrypoint apart into words.
      const script = join(job.directory, `job-${job.attempt}.sh`);
      await writeFile(script, `${jobCommand(job, { python, processes, trainer, log: logFile(job) })}\n`);
      const file = manifestFile(job);
      await writeFile(`${file}.part`, stringify(jobManifest(config, job, script)));
      await rename(`${file}.part`, file);
    },
    stop: async (job) => {
      throw byHand(job, 'Stop the run');
    },
    kill: async (job) => {
      throw byHand(job, 'The worker fell silent. End it');
    },
    log: (job) => readFile(logFile(job), 'utf8').catch(() => ''),
    forget: async () => undefined, // what the manifest says of its own end applies
  };
}

function manifestFile(job: Job): string {
  return join(job.directory, `job-${job.attempt}.yaml`);
}

function logFile(job: Job): string {
  return join(job.directory, `job-${job.attempt}.log`);
}
