import { randomUUID } from 'node:crypto';
import type { Scorer } from '../src/context/context.ts';
import type { Workspace } from '../src/context/workspace.ts';
import { listenForRewards } from '../src/training/rewards/listener.ts';
import { StartRun } from '../src/training/schema.ts';
import { insertTrainingRun } from '../src/training/store.ts';
import { openLedgerServices } from './ledger-workspace.ts';

type Samples = Parameters<Scorer['reward']>[1];

/** The reward service of one run on a database of its own, with the given judge in place of a reward model. */
export async function openRewardService(
  workspace: Workspace,
  judge: (samples: Samples) => Promise<number[]>,
): Promise<{ url: string; run: string; close(): Promise<void> }> {
  const services = await openLedgerServices(workspace);
  const known = services.contextFor({ id: 'bench', name: 'Bench', roles: ['engineer'] });
  const scorer: Scorer = { ...known.scorer, reward: (_, samples) => judge(samples) };
  const ctx = { ...known, scorer };
  const run = randomUUID();
  const input = StartRun.parse({ name: 'bench', stage: 'grpo', release: 'none' });
  await services.db.transaction((tx) => insertTrainingRun(tx, { id: run, input, by: 'bench', at: new Date() }));
  const listener = await listenForRewards(ctx, { name: 'judge', directory: workspace.root });
  return {
    url: listener.url,
    run,
    close: async () => {
      await listener.close();
      await services.close();
    },
  };
}
