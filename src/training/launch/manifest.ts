import { sha256Hex } from '../../core/hash.ts';
import { stopSeconds } from './entrypoint.ts';
import type { Job } from './launcher.ts';
import type { KubernetesConfig } from './schema.ts';

/** A JSON document as Kubernetes takes it. */
export type Manifest = { [name: string]: Value };
type Value = string | number | boolean | Value[] | { [name: string]: Value };

const volume = 'safemed-shared';

/**
 * The manifest of a job: KubeRay's RayJob (ray.io/v1) or Kubeflow's TrainJob (trainer.kubeflow.org/v1alpha1), one node
 * either way, with the shared directory from a persistent volume claim. A failed job is not repeated by the cluster:
 * the run goes on from its checkpoint when it is started again. `script` is a file on the shared disk.
 */
export function jobManifest(config: KubernetesConfig, job: Job, script: string): Manifest {
  return config.kind === 'rayjob' ? rayJob(config, job, script) : trainJob(config, job, script);
}

function rayJob(config: KubernetesConfig, job: Job, script: string): Manifest {
  const head = {
    name: 'ray-head',
    image: config.image,
    env: environment(config),
    resources: resources(config),
    volumeMounts: mounts(config),
  };
  return {
    apiVersion: 'ray.io/v1',
    kind: 'RayJob',
    metadata: metadata(config, job),
    spec: {
      entrypoint: `/bin/sh ${script}`,
      submissionMode: 'K8sJobMode',
      shutdownAfterJobFinishes: true,
      ttlSecondsAfterFinished: 3600,
      backoffLimit: 0,
      rayClusterSpec: {
        rayVersion: config.rayVersion,
        headGroupSpec: {
          rayStartParams: {},
          template: {
            spec: { terminationGracePeriodSeconds: stopSeconds, containers: [head], volumes: volumes(config) },
          },
        },
      },
    },
  };
}

function trainJob(config: KubernetesConfig, job: Job, script: string): Manifest {
  const pod = {
    terminationGracePeriodSeconds: stopSeconds,
    volumes: volumes(config),
    containers: [{ name: 'node', volumeMounts: mounts(config) }],
  };
  return {
    apiVersion: 'trainer.kubeflow.org/v1alpha1',
    kind: 'TrainJob',
    metadata: metadata(config, job),
    spec: {
      runtimeRef: { name: config.runtime },
      trainer: {
        image: config.image,
        command: ['/bin/sh'],
        args: [script],
        env: environment(config),
        numNodes: 1,
        numProcPerNode: config.processes,
        resourcesPerNode: resources(config),
      },
      runtimePatches: [
        {
          manager: 'safemed.example/launcher',
          trainingRuntimeSpec: {
            template: { spec: { replicatedJobs: [{ name: 'node', template: { spec: { template: { spec: pod } } } }] } },
          },
        },
      ],
    },
  };
}

/** A name in Kubernetes has 63 characters at most, and RayJob's pods add to it. */
function metadata({ namespace }: KubernetesConfig, job: Job): Manifest {
  const name = `safemed-${sha256Hex(job.name).slice(0, 12)}`;
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    annotations: { 'safemed.example/run': job.name },
  };
}

function volumes({ claim }: KubernetesConfig): Value[] {
  return [{ name: volume, persistentVolumeClaim: { claimName: claim } }];
}

function mounts({ directory, mountPath }: KubernetesConfig): Value[] {
  return [{ name: volume, mountPath: mountPath ?? directory }];
}

/** The token comes from a secret of the cluster: a manifest is no place for it. */
function environment({ rewards, secret }: KubernetesConfig): Value[] {
  if (rewards === undefined || secret === undefined) return [];
  return [{ name: rewards.tokenEnv, valueFrom: { secretKeyRef: { name: secret, key: rewards.tokenEnv } } }];
}

function resources({ resources: { cpu, memory, gpus } }: KubernetesConfig): Manifest {
  const named = {
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    ...(gpus === undefined ? {} : { 'nvidia.com/gpu': String(gpus) }),
  };
  return { requests: named, limits: named };
}
