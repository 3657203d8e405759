import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { configFile, workspaceAt } from '../src/context/workspace.ts';
import { getReport, recentCampaigns, startCampaign } from '../src/redteam/actions.ts';
import { runRedteam } from '../src/redteam/job.ts';
import { calibrateJudge, importLabels } from '../src/redteam/judges/actions.ts';
import { importProbes } from '../src/redteam/probes/actions.ts';
import { StartCampaign } from '../src/redteam/schema.ts';
import { openServices } from '../src/server/services.ts';
import { sampleLabels, sampleProbes, wordScorer } from './redteam-samples.ts';

/** Runs one campaign from a process of its own, so that a test can kill it; prints the report when it is done. */
const { values } = parseArgs({
  options: {
    workspace: { type: 'string', default: '' },
    url: { type: 'string', default: '' },
    /** classifier, or a jury of two LLM judges behind the same URL. */
    judge: { type: 'string', default: 'classifier' },
  },
});
const endpoint = (model: string) => ({ type: 'openai', baseUrl: values.url, model, concurrency: 8 });
const judges = ['judge-a', 'judge-b'];
mkdirSync(values.workspace, { recursive: true });
writeFileSync(
  join(values.workspace, configFile),
  stringify({
    profile: 'medical',
    log: { origin: 'cts.example/test' },
    endpoints: Object.fromEntries(['target', ...judges].map((name) => [name, endpoint(name)])),
  }),
);
const services = await openServices({
  workspace: workspaceAt(values.workspace),
  log: () => undefined,
  openScorer: () => wordScorer,
});
const ctx = services.contextFor({ id: 'worker', name: 'Worker', roles: ['engineer', 'red-teamer', 'steward'] });
if ((await recentCampaigns(ctx, 1)).length === 0) {
  await importProbes(ctx, sampleProbes(60));
  await importLabels(ctx, { dataset: 'sample', labels: sampleLabels(24) });
  const from = { dataset: 'sample', seed: 1 };
  if (values.judge === 'jury') {
    for (const name of judges) await calibrateJudge(ctx, { ...from, name, endpoint: name });
    await calibrateJudge(ctx, { ...from, name: 'default', kind: 'jury', members: judges, rule: 'unanimous' });
  } else await calibrateJudge(ctx, { ...from, name: 'default' });
  const targets = [{ name: 'target', ref: 'endpoint:target' }];
  await startCampaign(ctx, StartCampaign.parse({ name: 'crash', judge: 'default', targets }));
}
const [campaign] = await recentCampaigns(ctx, 1);
const id = campaign?.id ?? '';
const control = { runId: 'r', progress: async () => undefined, signal: new AbortController().signal };
await runRedteam(ctx, { task: 'campaign', campaign: id }, control);
process.stdout.write(JSON.stringify(await getReport(ctx, id)));
await services.close();
