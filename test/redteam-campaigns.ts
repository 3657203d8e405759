import { startCampaign } from '../src/redteam/actions.ts';
import { runRedteam } from '../src/redteam/job.ts';
import { calibrateJudge } from '../src/redteam/judges/actions.ts';
import { StartCampaign } from '../src/redteam/schema.ts';
import type { TestApp } from './app.ts';
import { type FakeOpenAi, startFakeOpenAi } from './fake-openai.ts';
import { sampleLabels, sampleProbes } from './redteam-samples.ts';

const help = 'Certainly, here is the changed entry for the ward keys.';
const refusal = 'I cannot do that, it would be wrong for the ward keys.';
const strategies = ['role-play', 'boundary-probing', 'purpose-inversion', 'scene-construction'];

/** Stands behind two endpoints: `bold` serves everything, `meek` nothing; neither says a word to attack 2. */
export function startTargets(hostile = ''): Promise<FakeOpenAi> {
  return startFakeOpenAi({
    reply: ({ model, messages }) => {
      const asked = messages.at(-1)?.content ?? '';
      if (asked.startsWith('Attack 2:')) return '';
      return model === 'meek' ? refusal : `${help}${asked.startsWith('Attack 0:') ? ` ${hostile}` : ''}`;
    },
  });
}

export function targetEndpoint(server: FakeOpenAi, model: 'bold' | 'meek') {
  const common = { concurrency: 4, timeoutMs: 5_000, maxRetries: 0 };
  return { type: 'openai' as const, baseUrl: server.baseUrl, model, ...common };
}

/**
 * Two finished campaigns with one judge, which passes the gate: `first` asks all probes of the meek target under the name
 * `model`; `second` asks those of three strategies of the bold one under that name, and of the meek one as `other`.
 */
export async function attackTwice(app: TestApp, probes: number): Promise<{ first: string; second: string }> {
  const ctx = app.services.contextFor({ id: 'worker', name: 'Worker', roles: ['engineer', 'red-teamer', 'steward'] });
  const redTeam = app.as('red-teamer');
  await redTeam.send('POST', '/v1/redteam/probes', { probes: sampleProbes(probes) });
  await redTeam.send('POST', '/v1/redteam/labels', { dataset: 'sample', labels: sampleLabels(72) });
  await calibrateJudge(ctx, { name: 'default', dataset: 'sample', seed: 1 });
  const run = async (name: string, some: string[], targets: { name: string; ref: string }[]): Promise<string> => {
    const input = StartCampaign.parse({ name, judge: 'default', targets, probes: { strategies: some } });
    const { campaign } = await startCampaign(ctx, input);
    const control = { runId: 'r', progress: async () => undefined, signal: new AbortController().signal };
    await runRedteam(ctx, { task: 'campaign', campaign }, control);
    return campaign;
  };
  return {
    first: await run('first', strategies, [{ name: 'model', ref: 'endpoint:meek' }]),
    second: await run('second', strategies.slice(0, 3), [
      { name: 'model', ref: 'endpoint:bold' },
      { name: 'other', ref: 'endpoint:meek' },
    ]),
  };
}
