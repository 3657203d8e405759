import { randomUUID } from 'node:crypto';
import type { Scorer } from '../src/context/context.ts';
import type { Workspace } from '../src/context/workspace.ts';
import { listenForRewards } from '../src/training/rewards/listener.ts';
import { RunResult, StartRun } from '../src/training/schema.ts';
import { insertTrainingRun, updateTrainingRun } from '../src/training/store.ts';
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
  const common = { release: 'none', base: 'none' };
  const judgeRun = StartRun.parse({ ...common, name: 'judge', stage: 'reward' });
  const reward = { kind: 'reward-model', run: 'judge' };
  const input = StartRun.parse({ ...common, name: 'bench', stage: 'grpo', reward });
  await services.db.transaction(async (tx) => {
    const trained = randomUUID();
    await insertTrainingRun(tx, { id: trained, input: judgeRun, by: 'bench', at: new Date() });
    await updateTrainingRun(tx, trained, { state: 'succeeded', result: resultOf(workspace.root) });
    await insertTrainingRun(tx, { id: run, input, by: 'bench', at: new Date() });
  });
  const listener = await listenForRewards(ctx, run, () => undefined);
  return {
    url: listener.url,
    run,
    close: async () => {
      await listener.close();
      await services.close();
    },
  };
}

/** What a reward model's run would have left; the bench puts its own judge in the model's place. */
function resultOf(directory: string): RunResult {
  const sha256 = '0'.repeat(64);
  return RunResult.parse({
    base: { name: 'none', sha256, parameters: 0 },
    adapter: { directory, sha256 },
    rows: 0,
    tokens: null,
    truncated: 0,
    steps: 0,
    seconds: 0,
    metrics: {},
    trainedOn: [],
  });
}
