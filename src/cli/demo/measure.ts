import { EvaluationReport } from '../../evaluation/report-schema.ts';
import { EvaluationList, StartedEvaluation } from '../../evaluation/schema.ts';
import { JudgeRecord } from '../../redteam/judges/schema.ts';
import { CampaignReport } from '../../redteam/reports/schema.ts';
import { CampaignList, CampaignStarted, JobReply, type ProbeFilter } from '../../redteam/schema.ts';
import type { Client } from '../client.ts';
import { sendLines } from '../redteam/redteam.ts';
import type { Terminal } from '../terminal.ts';

const judge = 'clinician-labels';
const targets = ['base', 'sft', 'aligned'].map((name) => ({ name, ref: `model:${name}` }));

/** Trains the judge on the example's labels; returns its record with the held-out figures. */
export async function calibrateJudge(
  client: Client,
  terminal: Terminal,
  example: string,
  seed: number,
): Promise<JudgeRecord> {
  const dataset = 'demo-labels';
  await sendLines(client, '/v1/redteam/labels', `${example}/judge-labels.jsonl`, (labels) => ({ dataset, labels }));
  const { job } = await client.post(JobReply, '/v1/redteam/judges', { name: judge, dataset, seed });
  await client.wait(job, terminal.progress('  judge'));
  return client.get(JudgeRecord, `/v1/redteam/judges/${judge}`);
}

/** Attacks the three models with held-out probes and their twins. An interrupted campaign goes on. */
export async function attack(
  client: Client,
  terminal: Terminal,
  example: string,
  settings: { seed: number; maxTokens: number; probes: ProbeFilter; rewardLineage: string[] },
): Promise<CampaignReport> {
  await sendLines(client, '/v1/redteam/probes', `${example}/probes.jsonl`, (probes) => ({ probes }));
  const { campaigns } = await client.get(CampaignList, '/v1/redteam/campaigns?limit=200');
  const known = campaigns.find((campaign) => campaign.name === 'demonstration');
  const { seed, maxTokens, probes, rewardLineage } = settings;
  const input = {
    name: 'demonstration',
    judge,
    targets,
    seed,
    maxTokens,
    rewardLineage,
    probes,
  };
  const started =
    known === undefined
      ? await client.post(CampaignStarted, '/v1/redteam/campaigns', input)
      : await client.post(CampaignStarted, `/v1/redteam/campaigns/${known.id}/resume`, {});
  await client.wait(started.job, terminal.progress('  red team'));
  return client.get(CampaignReport, `/v1/redteam/campaigns/${started.campaign}`);
}

/** Asks the three models the held-out exam. An interrupted evaluation goes on. */
export async function examine(
  client: Client,
  terminal: Terminal,
  seed: number,
  maxTokens: number,
): Promise<EvaluationReport> {
  const { evaluations } = await client.get(EvaluationList, '/v1/evaluations?limit=200');
  const [known] = evaluations;
  if (known?.completedAt !== undefined) return client.get(EvaluationReport, `/v1/evaluations/${known.id}`);
  const started =
    known === undefined
      ? await client.post(StartedEvaluation, '/v1/evaluations', { targets, seed, maxTokens })
      : await client.post(StartedEvaluation, `/v1/evaluations/${known.id}/resume`, {});
  await client.wait(started.job, terminal.progress('  exam'));
  return client.get(EvaluationReport, `/v1/evaluations/${started.evaluation}`);
}
