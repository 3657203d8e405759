// Started and killed by redteam.ts: one campaign in a workspace, begun where there is none yet, to its end. Prints the
// totals, the seconds of the campaign, and the peak memory of this process with its growth since the workspace was open, as
// one line of JSON.
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
import { sampleLabels, sampleProbes, wordScorer } from '../test/redteam-samples.ts';

const { values } = parseArgs({
  options: {
    workspace: { type: 'string', default: '' },
    url: { type: 'string', default: '' },
    probes: { type: 'string', default: '10000' },
    concurrency: { type: 'string', default: '64' },
    prepare: { type: 'boolean', default: false },
  },
});
const endpoint = { type: 'openai', baseUrl: values.url, model: 'target', concurrency: Number(values.concurrency) };
mkdirSync(values.workspace, { recursive: true });
writeFileSync(
  join(values.workspace, configFile),
  stringify({ profile: 'medical', log: { origin: 'cts.example/bench' }, endpoints: { target: endpoint } }),
);
const services = await openServices({
  workspace: workspaceAt(values.workspace),
  log: () => undefined,
  openScorer: () => wordScorer,
});
const ctx = services.contextFor({ id: 'bench', name: 'Bench', roles: ['engineer', 'red-teamer', 'steward'] });
if ((await recentCampaigns(ctx, 1)).length === 0) {
  const probes = sampleProbes(Number(values.probes));
  for (let at = 0; at < probes.length; at += 2_000) await importProbes(ctx, probes.slice(at, at + 2_000));
  await importLabels(ctx, { dataset: 'sample', labels: sampleLabels(24) });
  await calibrateJudge(ctx, { name: 'default', dataset: 'sample', seed: 1 });
  const targets = [{ name: 'target', ref: 'endpoint:target' }];
  const input = { name: 'bench', judge: 'default', targets, twins: false, systemPrompt: false, maxTokens: 64 };
  await startCampaign(ctx, StartCampaign.parse(input));
}
if (!values.prepare) {
  const [campaign] = await recentCampaigns(ctx, 1);
  const id = campaign?.id ?? '';
  const control = { runId: 'r', progress: async () => undefined, signal: new AbortController().signal };
  const opened = process.resourceUsage().maxRSS;
  const begun = performance.now();
  await runRedteam(ctx, { task: 'campaign', campaign: id }, control);
  const seconds = (performance.now() - begun) / 1000;
  const [target] = (await getReport(ctx, id)).targets;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stdout.write(
    `${JSON.stringify({
      unsafe: target?.unsafe.k,
      n: target?.unsafe.n,
      undecided: target?.unsafe.undecided,
      missing: target?.missing,
      seconds,
      megabytes: maxRSS / 1024,
      growth: (maxRSS - opened) / 1024,
      cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    })}\n`,
  );
}
await services.close();
