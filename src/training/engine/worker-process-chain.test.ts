import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { getLlama, LlamaLogLevel, type LlamaModel } from 'node-llama-cpp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tinyBase } from '../../../test/tiny-run.ts';
import {
  bad,
  good,
  long,
  type Message,
  pairs,
  question,
  rewind,
  source,
  type TrainedRun,
  tinyRewardModel,
  tinySft,
  writeRows,
} from '../../../test/tiny-trained.ts';
import { presets } from '../presets.ts';
import { environmentPython, environmentState, trainerDirectory } from './environment.ts';
import { runCommand } from './environment-command.ts';
import { isAlive } from './environment-lock.ts';
import { checkTokenizer, fileSha256, type PreparedBase } from './gguf-base.ts';
import { adapterToGguf } from './gguf-base-adapter.ts';
import { startScorer } from './scorer-process.ts';
import { eventsFile, runWorker, type WorkerResult } from './worker-process.ts';
import { readEvents } from './worker-process-events.ts';
import { pidFile } from './worker-process-orphan.ts';
import { DpoMetrics, RewardMetrics, type RunSpec, type WorkerEvent } from './worker-process-schema.ts';

// The whole chain on a randomly initialised Llama of a million parameters, with the real engine.
const environment = resolve('.venv');
const ready = (await environmentState(environment)) === 'ready';
const chain = test.skipIf(!ready);
const minutes = 60_000;
const weights = 'adapter_model.safetensors';

const place = mkdtempSync(join(tmpdir(), 'safemed-chain-'));
const python = environmentPython(environment);
const rewards = createServer();
let base: PreparedBase;

type Sample = { id: string; group: string; prompt: Message[]; completion: string; meta: { n: number; kind: string } };
const asked: { step: number; authorization: string | undefined; samples: Sample[] }[] = [];

/** A run that asks under this path gets no answer at this step, and so stands still in it. */
const held = { path: '/held', step: 5, begun: (): void => undefined };

/** What the service gives, a function of the text alone; some prompts' answers cannot be scored. */
function rewardOf({ completion, meta }: Sample): number | null {
  return meta.n % 4 === 3 ? null : new Set(completion).size / 10;
}

beforeAll(async () => {
  if (!ready) return;
  base = await tinyBase();
  rewards.on('request', async (request, response) => {
    if (request.method === 'GET') return void response.writeHead(404).end(); // a service without a health route
    let body = '';
    for await (const piece of request.setEncoding('utf8')) body += piece;
    const { step, samples } = JSON.parse(body) as { step: number; samples: Sample[] }; // our own worker's request
    asked.push({ step, authorization: request.headers.authorization, samples });
    if (request.url?.startsWith(held.path) && step === held.step) return void held.begun(); // never answered
    if (asked.length === 1)
      response.writeHead(503).end(); // a service that is still starting
    else response.end(JSON.stringify({ rewards: samples.map(rewardOf), extra: samples.map(() => ({ judged: 1 })) }));
  });
  rewards.listen(0, '127.0.0.1');
  await once(rewards, 'listening');
}, 5 * minutes);

afterAll(() => {
  rewards.close();
  rmSync(place, { recursive: true, force: true });
});

/** A run of six steps. One thread each: two runs at a time then fill two cores without waiting for one another. */
function spec(stage: 'dpo' | 'grpo', rest: Partial<RunSpec>): RunSpec {
  const rows = Array.from({ length: 12 }, (_, n) => n);
  const prompts = (): string =>
    writeRows(
      join(place, 'prompts.jsonl'),
      rows.map((n) => ({ id: `case-${n}`, prompt: question(n), meta: { n, kind: n === 5 ? 'benign' : 'harmful' } })),
    );
  const data = stage === 'dpo' ? pairs(place) : { train: prompts() };
  return { run_id: stage, stage, seed: 7, base: source(base), data, limits: { max_steps: 6, threads: 1 }, ...rest };
}

type Run = { result: WorkerResult; events: WorkerEvent[]; directory: string };

async function train(name: string, spec: RunSpec): Promise<Run> {
  const events: WorkerEvent[] = [];
  const directory = join(place, name);
  const onEvent = (event: WorkerEvent): void => void events.push(event);
  const result = await runWorker({
    python,
    spec,
    directory,
    environment: { REWARD_TOKEN: 'secret' },
    onEvent,
  });
  return { result, events, directory };
}

/** Events of a type that the worker of a run in this directory has written so far. */
async function written(directory: string, type: WorkerEvent['type']): Promise<number> {
  return (await readEvents(eventsFile(directory), 0)).filter(({ event }) => event.type === type).length;
}

function adapterOf({ result }: Run): { adapter: string; sha256: string } {
  if (result.status !== 'done') throw new Error(`the run ended as ${result.status}`);
  return result;
}

function ofType<T extends WorkerEvent['type']>(run: Pick<Run, 'events'>, type: T): Extract<WorkerEvent, { type: T }>[] {
  return run.events.filter((event): event is Extract<WorkerEvent, { type: T }> => event.type === type);
}

let sft: TrainedRun;
let grpo: Run;

chain(
  'SFT with its parent killed by kill -9 is taken over, resumed from its checkpoint and ends in the same adapter',
  async () => {
    sft = await tinySft();
    const killed = join(place, 'sft-killed');
    const argument = JSON.stringify({ python, spec: sft.spec, directory: killed });
    const parent = spawn(process.execPath, [join(trainerDirectory, 'tests', 'parent.ts'), argument], {
      stdio: 'inherit',
    });
    // It then has its model to load and all steps to do.
    await expect.poll(() => written(killed, 'data'), { timeout: 2 * minutes, interval: 10 }).toBe(1);
    parent.kill('SIGKILL');
    const orphan = Number(readFileSync(pidFile(killed), 'utf8'));
    expect(isAlive(orphan)).toBe(true);
    const resumed = await train('sft-killed', sft.spec);
    expect(isAlive(orphan)).toBe(false);
    expect(adapterOf(resumed).sha256).toBe(sft.sha256);
    const tokens = ofType(sft, 'done')[0]?.metrics.tokens;
    expect(tokens).toBeGreaterThan(0);
    expect(ofType(resumed, 'done')[0]?.metrics.tokens).toBe(tokens);
    const [stopped] = ofType(resumed, 'stopped');
    expect(stopped?.step).toBeGreaterThan(0);
    expect(ofType(resumed, 'start').map((start) => start.resumed_from)).toEqual([null, stopped?.step]);
  },
  5 * minutes,
);

chain('a run reports its data, machine, every step and its figures; rows that are too long are named, not cut', () => {
  const [data] = ofType(sft, 'data');
  expect(data?.train).toMatchObject({ rows: 13, used: 12, overlong: ['too-long'] });
  expect(ofType(sft, 'start')[0]).toMatchObject({ device: 'cpu', threads: 1, resumed_from: null, reference: null });
  expect(ofType(sft, 'log').map(({ step }) => step)).toEqual(Array.from({ length: 24 }, (_, step) => step + 1));
  const { adapter, sha256 } = sft;
  const manifest = JSON.parse(readFileSync(join(adapter, 'manifest.json'), 'utf8'));
  expect(manifest).toMatchObject({ seed: 7, threads: 1, base: { sha256: base.sha256 }, adapter: { sha256 } });
  expect(ofType(sft, 'start')[0]?.args).toEqual(manifest.args);
  expect(manifest.args).toMatchObject({ ...sft.spec.args, per_device_train_batch_size: 4 });
  expect(manifest.versions.torch).toMatch(/^2\.13\.0/);
  expect(manifest.metrics.loss_last).toBeLessThan(manifest.metrics.loss_first);
});

chain('a wrong argument is refused by name before anything is loaded', async () => {
  const wrong = train('wrong', spec('dpo', { args: { report_to: 'wandb' } }));
  await expect(wrong).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('args.report_to'),
  });
});

chain(
  'a reward model orders held-out pairs, and the scorer gives exactly the scores that were measured; one that went on from a checkpoint trains the same step, and stops by its time limit',
  async () => {
    const reward = await tinyRewardModel();
    const { adapter: model, spec: input } = reward;
    rewind(reward.directory, join(place, 'reward-limited'), 4);
    const limited = train('reward-limited', { ...input, limits: { ...input.limits, max_minutes: 0.001 } });
    const manifest = JSON.parse(readFileSync(join(model, 'manifest.json'), 'utf8'));
    const { held_out } = RewardMetrics.parse(manifest.metrics);
    const rows = readFileSync(join(reward.directory, 'eval.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row));
    expect(held_out).toMatchObject({ pairs: 3, correct: rows.filter((row) => row.chosen > row.rejected).length });
    expect(held_out?.accuracy).toBe(1);
    const scorer = startScorer({ environment });
    const samples = [good, bad].map(([message]) => ({ prompt: question(20), completion: message?.content ?? '' }));
    const [scores, vectors] = await Promise.all([
      scorer.reward(model, [...samples, { prompt: question(20), completion: long }]),
      scorer.embed(['Stop the medicine.', 'Discontinue the drug.', 'The sky is blue.']),
    ]);
    await scorer.close();
    expect(scores).toEqual([rows[0].chosen, rows[0].rejected, null]);
    const [stop = [], discontinue = [], sky = []] = vectors;
    expect(dot(stop, stop)).toBeCloseTo(1, 5);
    expect(dot(stop, discontinue)).toBeGreaterThan(dot(stop, sky) + 0.2);
    const again = await limited;
    expect(again.result).toEqual({ status: 'stopped', step: 5, reason: 'time-limit' });
    expect(ofType(again, 'start').map((start) => start.resumed_from)).toEqual([null, 4]);
    const [first, second] = [reward, again].map((run) => ofType(run, 'log').find(({ step }) => step === 5));
    expect(second?.metrics.loss).toBeGreaterThan(0);
    expect(second?.metrics).toEqual(first?.metrics);
  },
  5 * minutes,
);

chain(
  'GRPO killed by kill -9 resumes the policy of its last whole checkpoint, not the SFT adapter it began with, and trains the same adapter again',
  async () => {
    const { address, port } = rewards.address() as AddressInfo; // it listens on a port
    const { adapter, sha256 } = sft;
    const service = `http://${address}:${port}`;
    const input = spec('grpo', {
      adapter: { path: adapter, sha256 },
      args: {
        ...presets.robust.args,
        mask_truncated_completions: false, // sixteen tokens never end an answer
        max_completion_length: 16,
        save_steps: 1,
        learning_rate: 1e-3,
      },
      mix_kinds: presets.robust.mixKinds,
      reward: { url: service, token_env: 'REWARD_TOKEN' },
      samples_per_step: 1,
    });
    const inStep = new Promise<void>((resolve) => {
      held.begun = resolve;
    });
    const broken = train('grpo', { ...input, reward: { ...input.reward, url: `${service}${held.path}` } });
    const ended = expect(broken).rejects.toThrow('SIGKILL');
    await Promise.race([inStep, ended]);
    process.kill(Number(readFileSync(pidFile(join(place, 'grpo')), 'utf8')), 'SIGKILL');
    await ended;
    const last = join(place, 'grpo', 'checkpoints', 'checkpoint-5');
    const trained = await fileSha256(join(last, weights));
    rmSync(join(last, 'complete.json')); // as if the kill had come while it was written
    grpo = await train('grpo', input);
    expect(ofType(grpo, 'start').map((start) => start.resumed_from)).toEqual([null, 4]);
    expect(await fileSha256(join(last, weights))).toBe(trained);
    const [first, ...later] = ofType(grpo, 'log').map(({ metrics }) => metrics.kl);
    expect(first).toBe(0);
    expect(Math.min(...later.map((kl) => kl ?? 0))).toBeGreaterThan(0);
    expect(adapterOf(grpo).sha256).not.toBe(sha256);
    expect(ofType(grpo, 'start')[0]?.reference).toEqual({ kind: 'adapter', sha256 });
  },
  5 * minutes,
);

chain(
  'DPO that lost all since a checkpoint resumes the policy beside its frozen reference, ends in the same adapter, and prefers edits it never saw',
  async () => {
    const { adapter, sha256 } = sft;
    const args = { max_length: 400, learning_rate: 1e-3, save_steps: 2 };
    const input = spec('dpo', { adapter: { path: adapter, sha256 }, args });
    const whole = await train('dpo', input);
    rewind(whole.directory, join(place, 'dpo-again'), 4);
    const resumed = await train('dpo-again', input);
    expect(ofType(resumed, 'start').map((start) => start.resumed_from)).toEqual([null, 4]);
    expect(adapterOf(resumed).sha256).toBe(adapterOf(whole).sha256);
    expect(adapterOf(whole).sha256).not.toBe(sha256);
    const [start] = ofType(whole, 'start');
    expect(start?.reference).toEqual({ kind: 'adapter', sha256 });
    const [first] = ofType(whole, 'log');
    expect(first?.metrics.loss).toBeCloseTo(Math.log(2), 4); // policy and reference begin as one
    const manifest = JSON.parse(readFileSync(join(adapterOf(whole).adapter, 'manifest.json'), 'utf8'));
    const { held_out, margin_last } = DpoMetrics.parse(manifest.metrics);
    expect(held_out).toMatchObject({ pairs: 3, correct: 3, ties: 0, accuracy: 1 });
    // The measure of the saved model agrees with TRL's own of pairs like these.
    expect(Math.abs((held_out?.margin_mean ?? 0) / (margin_last ?? 1) - 1)).toBeLessThan(0.25);
  },
  5 * minutes,
);

chain(
  'every reward is one the service gave: the same sample is asked under the same id, and null stays unscored',
  () => {
    expect(asked.every(({ authorization }) => authorization === 'Bearer secret')).toBe(true);
    const known = new Map<string, Sample>();
    for (const sample of asked.flatMap(({ samples }) => samples))
      expect(known.set(sample.id, known.get(sample.id) ?? sample).get(sample.id)).toEqual(sample);
    expect(known.size).toBe(6 * 8);
    const unscorable = [...known.values()].filter((sample) => rewardOf(sample) === null).length;
    const shares = new Map(ofType(grpo, 'log').map(({ step, metrics }) => [step, metrics.unscored ?? 0]));
    expect([...shares.values()].reduce((sum, share) => sum + 8 * share, 0)).toBe(unscorable);
    expect(unscorable).toBeGreaterThan(0);
    expect(ofType(grpo, 'reward_error')).toHaveLength(1);
    // The step after the checkpoint was asked for again, and so was the one that the kill cut short.
    expect(asked.map(({ step }) => step)).toEqual([0, 0, 1, 2, 3, 4, 5, 4, 5]);
  },
);

chain('the robust preset puts benign and harmful prompts into every batch, and its settings are in force', () => {
  for (const { samples } of asked)
    expect(new Set(samples.map(({ meta }) => meta.kind))).toEqual(new Set(['benign', 'harmful']));
  const [start] = ofType(grpo, 'start');
  expect(start?.args).toMatchObject({ loss_type: 'dapo', epsilon: 0.2, epsilon_high: 0.28, beta: 0.04 });
});

chain(
  'what llama.cpp serves is what was trained: same tokens, and the same probabilities with and without the adapter',
  async () => {
    const output = join(place, 'sft.gguf');
    const { adapter } = sft;
    const converted = adapterToGguf({ python, base: base.directory, adapter, output, tools: join(place, 'tools') });
    const texts = ['May I give 50 mg', 'Steps:\n\n1. Stop', '<|im_start|>user\n每日3次<|im_end|>\n'];
    const logits = runCommand(python, ['-m', 'tests.logits', base.directory, adapter], {
      cwd: trainerDirectory,
      input: JSON.stringify(texts),
    });
    const trained: { base: number[][]; adapted: number[][] } = JSON.parse(await logits);
    await converted;
    const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: 1 });
    const model = await llama.loadModel({ modelPath: base.gguf ?? '' });
    await checkTokenizer(python, base, (text) => model.tokenize(text, true));
    for (const [index, text] of texts.entries()) {
      expect(largestDifference(trained.base[index] ?? [], await served(model, text))).toBeLessThan(1e-2);
      expect(largestDifference(trained.adapted[index] ?? [], await served(model, text, output))).toBeLessThan(1e-2);
      expect(largestDifference(trained.base[index] ?? [], trained.adapted[index] ?? [])).toBeGreaterThan(2e-2);
    }
    await llama.dispose();
  },
  5 * minutes,
);

/** llama.cpp's log-probabilities of the token after the text, by token. */
async function served(model: LlamaModel, text: string, lora?: string): Promise<number[]> {
  const context = await model.createContext({ contextSize: 128, ...(lora === undefined ? {} : { lora }) });
  const tokens = model.tokenize(text, true);
  const last = tokens.at(-1);
  if (last === undefined) throw new Error('the text has tokens');
  const options = { temperature: 1, topK: 0, topP: 1, minP: 0, seed: 1 };
  const outputs = await context
    .getSequence()
    .controlledEvaluate([
      ...tokens.slice(0, -1),
      [last, { generateNext: { probabilities: true, token: true, options } }],
    ]);
  const probabilities = outputs.at(-1)?.next.probabilities ?? new Map<number, number>();
  await context.dispose();
  return Array.from({ length: probabilities.size }, (_, token) => Math.log(probabilities.get(token) ?? 0));
}

function largestDifference(a: number[], b: number[]): number {
  if (a.length !== b.length) throw new Error(`${a.length} and ${b.length} tokens`);
  return Math.max(...a.map((value, index) => Math.abs(value - (b[index] ?? 0))));
}

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
