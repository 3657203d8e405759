import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { configFile, workspaceAt } from '../src/context/workspace.ts';
import { openServices } from '../src/server/services.ts';
import { openRewardRun } from '../src/training/rewards/runs.ts';
import { OpenRewardRun, RewardRequest } from '../src/training/rewards/schema.ts';
import { scoreBatch } from '../src/training/rewards/score.ts';
import { wordScorer } from './redteam-samples.ts';

/** Scores batches of one run from a process of its own, so that a test can kill it; prints the rewards when it is done. */
const { values } = parseArgs({
  options: {
    workspace: { type: 'string', default: '' },
    url: { type: 'string', default: '' },
    batches: { type: 'string', default: '4' },
  },
});
const endpoint = { type: 'openai', baseUrl: values.url, model: 'judge', concurrency: 4 };
mkdirSync(values.workspace, { recursive: true });
writeFileSync(
  join(values.workspace, configFile),
  stringify({ profile: 'medical', log: { origin: 'cts.example/test' }, endpoints: { judge: endpoint } }),
);
const services = await openServices({
  workspace: workspaceAt(values.workspace),
  log: () => undefined,
  openScorer: () => wordScorer,
});
const ctx = services.contextFor({ id: 'worker', name: 'Worker', roles: ['engineer'] });
const reward = { kind: 'rubric', endpoint: 'judge' };
const run = await openRewardRun(ctx, OpenRewardRun.parse({ name: 'crash', release: 'r', base: 'b', reward }));
const rewards: (number | null)[] = [];
for (let step = 0; step < Number(values.batches); step++) {
  const samples = Array.from({ length: 16 }, (_, n) => ({
    id: `${step}-${n}`,
    group: `case-${n}`,
    prompt: 'May I give it?',
    completion: `Ask colleague ${step}-${n} before you give it.`,
  }));
  const reply = await scoreBatch(ctx, RewardRequest.parse({ run_id: run.id, engine: 'trl', step, samples }));
  rewards.push(...reply.rewards);
}
const [stored] = await ctx.db.query<{ n: number }>('SELECT count(*)::int AS n FROM reward_judgment');
process.stdout.write(JSON.stringify({ rewards, stored: stored?.n }));
await services.close();
