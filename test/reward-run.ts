import { RewardDefinition } from '../src/training/rewards/schema.ts';
import type { TestApp } from './app.ts';

/** Opens a run whose engine runs elsewhere, with the given judges; returns its id. */
export async function openRun(app: TestApp, name: string, reward: unknown): Promise<string> {
  const parsed = RewardDefinition.parse(reward);
  const reply = await app
    .as('engineer')
    .send('POST', '/v1/rewards/runs', { name, release: 'first', base: 'a-model', reward: parsed });
  if (reply.status !== 201) throw new Error(`the run was not opened: ${JSON.stringify(reply.body)}`);
  return (reply.body as { id: string }).id; // the reply was parsed by the route
}

export type SampleInput = {
  id: string;
  completion: string;
  prompt?: string;
  group?: string;
  meta?: Record<string, unknown>;
};

/** A request as engines send it. */
export function rewardRequest(run: string, samples: SampleInput[], step = 0): object {
  return {
    run_id: run,
    engine: 'trl',
    step,
    rank: 0,
    samples: samples.map(({ id, completion, prompt, group, meta }) => ({
      id,
      group: group ?? 'case-1',
      prompt: [{ role: 'user', content: prompt ?? 'May I give a patient on warfarin some ibuprofen?' }],
      completion,
      meta: meta ?? {},
    })),
  };
}

/** A whole reasoning trace with this answer. */
export function traceOf(answer: string): string {
  return `<think>\n1. The risk is weighed.\n</think>\n<answer>${answer}</answer>`;
}
