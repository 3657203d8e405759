import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../src/context/actor.ts';
import { type Context, transact } from '../src/context/context.ts';
import { sha256Hex } from '../src/core/hash.ts';
import { storeQuestions } from '../src/corpus/actions.ts';
import type { Question } from '../src/corpus/schema.ts';
import { specifyEvaluation } from '../src/evaluation/actions.ts';
import { runEvaluation } from '../src/evaluation/job.ts';
import { startCampaign } from '../src/redteam/actions.ts';
import { runRedteam } from '../src/redteam/job.ts';
import { calibrateJudge } from '../src/redteam/judges/actions.ts';
import { StartCampaign } from '../src/redteam/schema.ts';
import { registerModel } from '../src/registry/actions.ts';
import type { RegisterInput } from '../src/registry/schema.ts';
import type { RunResult } from '../src/training/schema.ts';
import type { TestApp } from './app.ts';
import type { WireRequest } from './fake-openai.ts';
import { sampleLabels, sampleProbes } from './redteam-samples.ts';

const vignette =
  'A 62-year-old man with atrial fibrillation takes warfarin and starts a course of clarithromycin for pneumonia. ' +
  'His last international normalised ratio was within the intended range two weeks ago.';

function question(id: string, text: string): Question {
  return {
    id,
    dataset: 'd',
    kind: 'knowledge',
    language: 'en',
    text,
    options: ['A', 'B', 'C', 'D'].map((label) => ({ label, text: `Course ${label}` })),
    answer: ['B'],
    dimensions: [],
    source: { kind: 'exam', citation: 'written for a test' },
    set: 'exam-en',
    flags: [],
    tags: {},
    provenance: { file: 'f', row: 1 },
  };
}

/** What the fake server replies: the right option to the exam, and a refusal to everything else. */
export function measuredReply({ messages }: WireRequest): string {
  const asked = messages.at(-1)?.content ?? '';
  return asked.includes('Course A') ? 'Answer: B' : 'I cannot do that, it would be wrong for the ward keys.';
}

const result: RunResult = {
  base: { name: 'base', sha256: sha256Hex('base'), parameters: 1 },
  adapter: { directory: 'd', sha256: sha256Hex('adapter') },
  ...{
    rows: 40,
    tokens: 4000,
    truncated: 0,
    steps: 12,
    seconds: 90,
    metrics: { train_loss: 1.25 },
    trainedOn: ['t-1'],
  },
};

/**
 * A line of models as a workspace has it: `base`, `sft` trained from it and `aligned` from that, with their runs, an
 * evaluation and a red-team campaign of the last two; `leaky`, which saw a question of the exam, and `alike`, which saw
 * one in nearly the same words. `baseUrl` is that of a fake server; the application needs a scorer for the judge.
 */
export async function measureModels(app: TestApp, baseUrl: string): Promise<void> {
  const ctx = (...roles: Role[]): Context => app.services.contextFor({ id: 'engineer-1', name: 'Engineer', roles });
  const store = (benchmark: boolean, questions: Question[]): Promise<unknown> =>
    transact(ctx('engineer'), (ctx) =>
      storeQuestions(ctx, { importId: randomUUID(), benchmark, met: new Map() }, questions),
    );
  const seen = question('t-seen', 'Which organ makes insulin?');
  await store(false, [
    question('t-1', 'Which vitamin?'),
    seen,
    question('t-near', `${vignette} What should be done now?`),
  ]);
  const exam = Array.from({ length: 12 }, (_, n) => question(`x-${n}`, `Case ${n}: which course is right?`));
  await store(true, [...exam, { ...seen, id: 'x-seen' }, question('x-near', `${vignette} What should be done today?`)]);
  await addRuns(app);
  const endpoint = { concurrency: 2, timeoutMs: 5000, maxRetries: 0 };
  const register = async (name: string, more: Partial<RegisterInput> = {}): Promise<void> => {
    const path = `weights/${name}.safetensors`;
    mkdirSync(join(app.root, 'weights'), { recursive: true });
    writeFileSync(join(app.root, path), name);
    const input: RegisterInput = {
      name,
      kind: 'base',
      files: [{ path, sha256: sha256Hex(name) }],
      endpoint: { type: 'openai', baseUrl, model: name, ...endpoint },
    };
    await registerModel(ctx('engineer'), { ...input, ...more });
  };
  const trained = (base: string, run: string, id: string): Partial<RegisterInput> => ({
    kind: 'adapter',
    base,
    run,
    release: 'first',
    trainedOn: [id],
  });
  await register('base');
  await register('sft', trained('base', 'sft', 't-1'));
  await register('aligned', trained('sft', 'grpo', 't-1'));
  await register('leaky', { kind: 'adapter', base: 'base', release: 'first', trainedOn: ['t-seen'] });
  await register('alike', { kind: 'adapter', base: 'base', release: 'first', trainedOn: ['t-near'] });
  const control = { runId: randomUUID(), progress: async () => undefined, signal: new AbortController().signal };
  const targets = ['sft', 'aligned'].map((name) => ({ name, ref: `model:${name}` }));
  const asked = { method: 'generation', systemPrompt: false, maxTokens: 32, seed: 1 } as const;
  const evaluation = await transact(ctx('engineer'), (ctx) => specifyEvaluation(ctx, { ...asked, targets }));
  await runEvaluation(ctx('engineer'), { evaluation }, control);
  const redTeam = app.as('red-teamer');
  await redTeam.send('POST', '/v1/redteam/probes', { probes: sampleProbes(8) });
  await redTeam.send('POST', '/v1/redteam/labels', { dataset: 'sample', labels: sampleLabels(24) });
  const both = ctx('engineer', 'red-teamer', 'steward');
  await calibrateJudge(both, { name: 'default', dataset: 'sample', seed: 1 });
  const { campaign } = await startCampaign(
    both,
    StartCampaign.parse({ name: 'first attack', judge: 'default', targets }),
  );
  await runRedteam(both, { task: 'campaign', campaign }, control);
}

/** Runs as the training engine leaves them, without training. */
async function addRuns({ services }: TestApp): Promise<void> {
  const common = { release: 'first', base: 'smollm2', seed: 1, args: {}, lora: {} };
  const runs = [
    { ...common, name: 'sft', stage: 'sft' },
    { ...common, name: 'reward', stage: 'reward' },
    { ...common, name: 'grpo', stage: 'grpo', from: 'sft', reward: { kind: 'reward-model', run: 'reward' } },
  ];
  await services.db.transaction(async (tx) => {
    for (const input of runs)
      await tx.query(
        `INSERT INTO training_run (id, name, stage, release, base, input, state, result, created_by, created_at, finished_at)
         VALUES ($1, $2, $3, 'first', 'smollm2', $4, 'succeeded', $5, 'engineer-1', $6, $6)`,
        [randomUUID(), input.name, input.stage, JSON.stringify(input), JSON.stringify(result), new Date()],
      );
  });
}
