import { AppError } from '../../core/error.ts';
import { runWorker } from '../engine/worker-process.ts';
import type { RunSpec } from '../engine/worker-process-schema.ts';
import type { Timing } from './contact.ts';
import { kubernetesCluster } from './kubernetes.ts';
import type { Cluster, Launcher } from './launcher.ts';
import { rayCluster } from './ray.ts';
import { rayClient } from './ray-client.ts';
import { remoteLauncher } from './remote.ts';
import { type LauncherConfig, type Launchers, localLauncher } from './schema.ts';
import { slurmCluster } from './slurm.ts';

/** The launchers of a workspace, and where the values of the variables they name come from. */
export type Launching = {
  launchers: Launchers;
  variable: (name: string) => string | undefined;
  /** How often clusters are asked, where not as usual. */
  timing?: Partial<Timing>;
};

export type Chosen = {
  launch: Launcher;
  /** Where the worker asks for rewards; absent for a child of this program, which gets a service of its own. */
  rewards: (() => NonNullable<RunSpec['reward']>) | undefined;
};

/** The launcher of a name. `invalid_input` where none of that name is configured, or a variable it names is not set. */
export function chooseLauncher(name: string, { launchers, variable, timing }: Launching): Chosen {
  if (name === localLauncher) return { launch: runWorker, rewards: undefined };
  const config = launchers[name];
  if (config === undefined) {
    const known = [localLauncher, ...Object.keys(launchers)].join(', ');
    throw new AppError('invalid_input', `No launcher "${name}" is configured in safemed.yaml; there is: ${known}.`);
  }
  const secret = (named: string): { name: string; value: string } => {
    const value = variable(named);
    if (value === undefined || value === '')
      throw new AppError('invalid_input', `The launcher "${name}" needs its token in ${named}, which is not set.`);
    return { name: named, value };
  };
  return {
    launch: async (options) => {
      const token = options.spec.reward?.token_env;
      const environment = token === undefined ? {} : { [token]: secret(token).value };
      return remoteLauncher({
        cluster: clusterOf(config, secret),
        directory: config.directory,
        environment,
        ...(timing === undefined ? {} : { timing }),
      })(options);
    },
    rewards: () => {
      if (config.rewards === undefined)
        throw new AppError(
          'invalid_input',
          `The launcher "${name}" has no "rewards" in safemed.yaml: GRPO elsewhere has to reach this program's reward service.`,
        );
      return { url: config.rewards.url, token_env: config.rewards.tokenEnv };
    },
  };
}

function clusterOf(config: LauncherConfig, secret: (name: string) => { name: string; value: string }): Cluster {
  switch (config.type) {
    case 'ray':
      return rayCluster(
        config,
        rayClient(config.address, config.tokenEnv === undefined ? undefined : secret(config.tokenEnv)),
      );
    case 'slurm':
      return slurmCluster(config);
    case 'kubernetes':
      return kubernetesCluster(config);
  }
}
