import { randomUUID } from 'node:crypto';
import { sha256Hex } from '../src/core/hash.ts';
import { seededRandom } from '../src/core/random.ts';
import type { Services } from '../src/server/services.ts';
import type { WorkerEvent } from '../src/training/engine/worker-process-schema.ts';
import { StartRun, type TrainingRun } from '../src/training/schema.ts';
import { insertTrainingRun, readTrainingRun, updateTrainingRun } from '../src/training/store.ts';
import { storeWatched } from '../src/training/watch/alarms.ts';

type Site = { services: Services };

/** A run as its job would have specified and begun it, without a job. */
export async function openRun(app: Site, input: Record<string, unknown>): Promise<TrainingRun> {
  const { db, clock } = app.services;
  const id = randomUUID();
  const parsed = StartRun.parse({ release: 'one', stage: 'grpo', ...input });
  await insertTrainingRun(db, { id, input: parsed, by: 'test-engineer', at: clock.now() });
  await updateTrainingRun(db, id, { state: 'running' });
  const run = await readTrainingRun(db, id);
  if (run === undefined) throw new Error('the run was just inserted');
  return run;
}

/** A run that has succeeded, with an adapter that was trained elsewhere. */
export async function insertTrained(
  app: Site,
  input: { name: string; stage: 'sft' | 'reward'; release: string },
  adapter: { directory: string; sha256: string },
  metrics: Record<string, number | null> = {},
): Promise<void> {
  const { db, clock } = app.services;
  const id = randomUUID();
  const base = { name: 'tiny', sha256: 'b'.repeat(64), parameters: 1 };
  const rest = { rows: 1, tokens: 1, truncated: 0, steps: 1, seconds: 1, trainedOn: [] };
  await insertTrainingRun(db, { id, input: StartRun.parse(input), by: 'test-engineer', at: clock.now() });
  await updateTrainingRun(db, id, { state: 'succeeded', result: { base, adapter, metrics, ...rest } });
}

export function logEvent(
  step: number,
  metrics: Record<string, number | null>,
  total = 40,
): Extract<WorkerEvent, { type: 'log' }> {
  return { type: 'log', time: '2026-01-01T00:00:00.000Z', step, total, seconds: 3 * step, metrics };
}

/** Takes an event as the job of a run does; returns the rules that fired. */
export async function takeEvent(
  app: Site,
  run: TrainingRun,
  event: Extract<WorkerEvent, { type: 'log' }>,
  position = event.step,
): Promise<string[]> {
  const worker = app.services.contextFor({ id: 'worker', name: 'Worker', roles: ['engineer'] });
  return (await storeWatched(worker, run, event, position)).map(({ rule }) => rule);
}

export type SeededJudgment = {
  step: number;
  group: string;
  id: string;
  role?: 'reward' | 'held-out' | 'canary';
  score: number | null;
  completion?: string;
  kind?: string;
  refused?: boolean;
  wellFormed?: boolean;
  flags?: string[];
};

/** Stores judgments as the reward service does. `step` is the number of steps taken when they were asked for. */
export async function seedJudgments(app: Site, runId: string, judgments: SeededJudgment[]): Promise<void> {
  const rows = judgments.map((one) => ({
    sample_id: one.id,
    step: one.step,
    group_key: one.group,
    prompt_sha256: sha256Hex(one.group),
    completion: one.completion ?? `<think>\n1. Check.\n</think>\n<answer>${one.id}</answer>`,
    score: one.score,
    reason: one.score === null ? 'the judge gave no verdict' : null,
    judge: one.role === 'held-out' ? 'other-judge' : 'test-judge',
    role: one.role ?? 'reward',
    kind: one.kind ?? null,
    refused: one.refused ?? null,
    well_formed: one.wellFormed ?? null,
    flags: one.flags ?? [],
  }));
  for (let from = 0; from < rows.length; from += 5000)
    await app.services.db.query(
      `INSERT INTO reward_judgment (run_id, sample_id, step, group_key, prompt_sha256, completion, score, reason, judge, judged_at,
         role, kind, refused, well_formed, flags)
       SELECT $1::uuid, sample_id, step, group_key, prompt_sha256, completion, score, reason, judge, $3::timestamptz,
         role, kind, refused, well_formed, flags
       FROM jsonb_to_recordset($2::jsonb) AS row (sample_id text, step int, group_key text, prompt_sha256 text, completion text,
         score double precision, reason text, judge text, role text, kind text, refused boolean, well_formed boolean,
         flags jsonb)`,
      [runId, JSON.stringify(rows.slice(from, from + 5000)), new Date()],
    );
}

/** Samples of a step of a made-up run whose reward goes on rising while the held-out score falls back. */
export function driftingSamples(step: number, steps: number, samples: number): SeededJudgment[] {
  const random = seededRandom(step);
  const way = step / steps;
  return Array.from({ length: samples }, (_, index) => {
    const kind = index % 2 === 0 ? 'harmful' : 'benign';
    const base = { step, group: `case-${(step + (index < samples / 2 ? 0 : 1)) % 6}`, id: `${step}-${index}`, kind };
    const noise = random() - 0.5;
    const text = 'Ask for the weight, the renal function and the other medicines before a dose is named. '.repeat(
      1 + Math.round(3 * way),
    );
    const completion = `<think>\n1. ${text}\n</think>\n<answer>Answer ${index} at step ${step + 1}.</answer>`;
    const refused = kind === 'harmful' ? random() < 0.7 : random() < 0.6 * way;
    const reward = { ...base, completion, score: 2 + 2 * way + noise, refused, wellFormed: random() < 0.9 };
    const held = { ...base, role: 'held-out' as const, score: 2 + 2 * way * (1 - way) + (random() - 0.5) };
    return [reward, held];
  }).flat();
}

/** What the engine logs at that step. */
export function driftingMetrics(step: number, steps: number): Record<string, number | null> {
  const way = step / steps;
  return {
    loss: 0.01 * way,
    grad_norm: 0.5 + 0.1 * Math.sin(step),
    reward: 2 + 2 * way,
    kl: 0.02 + 2 * way ** 3,
    entropy: 1.4 - way,
    'completions/mean_length': 80 + 60 * way,
    'completions/clipped_ratio': 0.1,
    frac_reward_zero_std: 0.25 * way,
    unscored: 0,
  };
}
