import { z } from 'zod';

const Variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable');
/** Words of a shell command, a manifest and a path in one: nothing that would need quoting in any of them. */
const SharedPath = z.string().regex(/^\/[\w./+-]*$/, 'an absolute path of letters, digits and . _ + - only');

const common = {
  /** A directory that this machine and the cluster share, under the same path on both. */
  directory: SharedPath,
  /** The interpreter on the cluster; it needs the packages of trainer/requirements.txt. */
  python: z.string().min(1).default('python3'),
  /** Workers on one node, data-parallel: gloo on processors, NCCL on GPUs. */
  processes: z.int().min(1).max(64).default(1),
  /** GRPO: where the cluster reaches this program, and the variable with the API token it asks for rewards with. */
  rewards: z.strictObject({ url: z.url({ protocol: /^https?$/ }), tokenEnv: Variable }).exactOptional(),
};

export const RayConfig = z.strictObject({
  type: z.literal('ray'),
  /** The head's dashboard, for example http://127.0.0.1:8265. */
  address: z.url({ protocol: /^https?$/ }),
  /** The variable with the cluster's token (RAY_AUTH_MODE=token). */
  tokenEnv: Variable.exactOptional(),
  ...common,
  /** What the job reserves; memory in bytes. */
  resources: z
    .strictObject({
      cpus: z.number().min(0).exactOptional(),
      gpus: z.number().min(0).exactOptional(),
      memory: z.int().min(0).exactOptional(),
      custom: z.record(z.string(), z.number().min(0)).exactOptional(),
    })
    .default({}),
});
export type RayConfig = z.infer<typeof RayConfig>;

const Plain = z.string().regex(/^[\w.:,=@+-]+$/, 'without spaces and quotes');

export const SlurmConfig = z.strictObject({
  type: z.literal('slurm'),
  ...common,
  partition: Plain.exactOptional(),
  account: Plain.exactOptional(),
  gres: Plain.exactOptional(),
  /** Time limit as sbatch reads it; some minutes before it the worker is asked to stop at a checkpoint. */
  time: z
    .string()
    .regex(/^(\d+-)?\d+(:\d+){0,2}$/, 'minutes, HH:MM:SS or D-HH:MM:SS')
    .exactOptional(),
  /** Further arguments of sbatch, for example ["--cpus-per-task=16", "--mem=200G"]. */
  sbatchArgs: z.array(z.string().regex(/^-/, 'an option of sbatch')).default([]),
});
export type SlurmConfig = z.infer<typeof SlurmConfig>;

/** A Kubernetes quantity, such as 2, 500m or 64Gi. */
const Quantity = z.string().regex(/^\d+(\.\d+)?(m|[kMGTPE]|[KMGTPE]i)?$/, 'a quantity, for example 4, 500m or 64Gi');
const KubernetesName = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/, 'a name in Kubernetes');

export const KubernetesConfig = z.strictObject({
  type: z.literal('kubernetes'),
  ...common,
  /** rayjob: KubeRay's RayJob · trainjob: Kubeflow Trainer's TrainJob. */
  kind: z.enum(['rayjob', 'trainjob']),
  image: z.string().min(1),
  namespace: KubernetesName.exactOptional(),
  /** The persistent volume claim that holds the shared directory, and where pods mount it. */
  claim: KubernetesName,
  mountPath: SharedPath.exactOptional(),
  resources: z
    .strictObject({
      cpu: Quantity.exactOptional(),
      memory: Quantity.exactOptional(),
      gpus: z.int().min(1).exactOptional(),
    })
    .default({}),
  /** RayJob: the version of Ray in the image. */
  rayVersion: z.string().min(1).default('2.58.0'),
  /** TrainJob: the runtime that is installed in the cluster. */
  runtime: KubernetesName.default('torch-distributed'),
  /** GRPO: the secret that holds the token named by rewards.tokenEnv, under that name. */
  secret: KubernetesName.exactOptional(),
});
export type KubernetesConfig = z.infer<typeof KubernetesConfig>;

export const LauncherConfig = z.discriminatedUnion('type', [RayConfig, SlurmConfig, KubernetesConfig]);
export type LauncherConfig = z.infer<typeof LauncherConfig>;

/** The launcher that is always there: a child process of this program. */
export const localLauncher = 'local';
/** No launcher: an engine elsewhere, with a recipe or of its own, that asks for rewards and tells its result. */
export const externalLauncher = 'external';
export const LauncherName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'small letters, digits and hyphens');

export const Launchers = z
  .record(LauncherName, LauncherConfig)
  .refine(
    (named) => !(localLauncher in named),
    `"${localLauncher}" is the launcher on this machine; choose another name`,
  )
  .refine(
    (named) => !(externalLauncher in named),
    `"${externalLauncher}" means an engine elsewhere that this program does not start; choose another name`,
  )
  .default({});
export type Launchers = z.infer<typeof Launchers>;
