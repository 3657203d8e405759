import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { chooseLauncher } from './choose.ts';
import type { Job, LaunchOptions } from './launcher.ts';
import { jobManifest } from './manifest.ts';
import { KubernetesConfig } from './schema.ts';
import { sharedRunDirectory } from './shared-directory.ts';

const place = mkdtempSync(join(tmpdir(), 'safemed-kubernetes-'));
const applied: ChildProcess[] = [];
afterAll(() => {
  for (const { pid, exitCode } of applied) if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGKILL');
  rmSync(place, { recursive: true, force: true });
});

const kinds = ['rayjob', 'trainjob'] as const;

function config(kind: (typeof kinds)[number], more: object = {}): KubernetesConfig {
  const needed = { type: 'kubernetes', kind, directory: place, image: 'example.org/trainer:1', claim: 'training' };
  return KubernetesConfig.parse({ ...needed, ...more });
}

const job: Job = { name: 'safemed-6f1c-1', directory: '/shared/runs/6f1c', attempt: 1, nonce: 'n', environment: {} };

/** Whether a manifest keeps to what the project's CRD requires and allows of the fields that are written. */
function accepted(kind: string, manifest: object): boolean {
  const schema = JSON.parse(readFileSync(`test/fixtures/kubernetes/${kind}.schema.json`, 'utf8'));
  return z.fromJSONSchema(schema).safeParse(manifest).success;
}

const full = {
  namespace: 'training',
  mountPath: '/shared',
  processes: 4,
  resources: { cpu: '16', memory: '200Gi', gpus: 4 },
  rewards: { url: 'https://safemed.example.org', tokenEnv: 'REWARD_TOKEN' },
  secret: 'safemed',
};

for (const kind of kinds) {
  test(`the manifest of a ${kind} keeps to its CRD, with few settings and with all`, () => {
    expect(accepted(kind, jobManifest(config(kind), job, '/shared/job-1.sh'))).toBe(true);
    expect(accepted(kind, jobManifest(config(kind, full), job, '/shared/job-1.sh'))).toBe(true);
  });

  test(`the schema of ${kind} refuses a field that the CRD does not know, and a wrong kind of value`, () => {
    const { spec, ...rest } = jobManifest(config(kind), job, '/shared/job-1.sh');
    const typed = z.record(z.string(), z.unknown()).parse(spec);
    expect(accepted(kind, { ...rest, spec: { ...typed, podTemplateOverrides: [] } })).toBe(false);
    expect(accepted(kind, { ...rest, spec: { ...typed, backoffLimit: 'none', runtimeRef: 1 } })).toBe(false);
  });

  test(`the manifest of a ${kind} names the secret that holds the token, never the token`, () => {
    const manifest = jobManifest(
      config(kind, full),
      { ...job, environment: { REWARD_TOKEN: 'the-token' } },
      '/shared/job-1.sh',
    );
    const text = JSON.stringify(manifest);
    expect(text).toContain('"secretKeyRef":{"name":"safemed","key":"REWARD_TOKEN"}');
    expect(text).not.toContain('the-token');
  });
}

const digest = createHash('sha256').update('weights').digest('hex');

function scripted(id: string, script: string): LaunchOptions {
  const out = sharedRunDirectory(place, id);
  const say = 'say() { echo "$1" >> $out/events.jsonl; }';
  writeFileSync(join(place, `python-${id}`), `#!/bin/sh\nout=${out}\n${say}\n${script}\n`);
  chmodSync(join(place, `python-${id}`), 0o755);
  const base = join(place, 'base');
  mkdirSync(base, { recursive: true });
  writeFileSync(join(place, 'train.jsonl'), '{"id":"q1"}\n');
  const data = { train: join(place, 'train.jsonl') };
  const spec = { run_id: id, stage: 'sft', seed: 1, base: { path: base }, data, args: {} } as const;
  return { python: 'unused', directory: join(place, `home-${id}`), spec };
}

const Applied = z.object({
  spec: z.object({ trainer: z.object({ command: z.array(z.string()), args: z.array(z.string()) }) }),
});

/** What `kubectl apply` of a TrainJob leads to: its command, in a process instead of a pod. */
function apply(file: string): void {
  const { command, args } = Applied.parse(parse(readFileSync(file, 'utf8'))).spec.trainer;
  applied.push(spawn(command[0] ?? '', [...command.slice(1), ...args], { detached: true, stdio: 'ignore' }));
}

const timing = { poll: 20, status: 50, settle: 300 };

function launch(
  options: LaunchOptions,
  more: Partial<LaunchOptions> = {},
): ReturnType<ReturnType<typeof chooseLauncher>['launch']> {
  const cluster = config('trainjob', { python: join(place, `python-${options.spec.run_id}`) });
  const { launch } = chooseLauncher('cluster', { launchers: { cluster }, variable: () => undefined, timing });
  return launch({ ...options, ...more });
}

test('a run waits for its manifest to be applied, is followed by its events, and its adapter is here when it is done', async () => {
  const done = `{"type":"done","time":"t","adapter":"'$out'/adapter","sha256":"${digest}","metrics":{"steps":3}}`;
  const script = `mkdir -p $out/adapter; printf weights > $out/adapter/adapter_model.safetensors; say '${done}'`;
  const said: string[] = [];
  const onStatus = (message: string): void => {
    said.push(message);
    const [, file] = /kubectl apply -f (\S+)/.exec(message) ?? [];
    if (file !== undefined) apply(file);
  };
  const options = scripted('waits', script);
  expect((await launch(options, { onStatus })).status).toBe('done');
  expect(existsSync(join(options.directory, 'adapter', 'adapter_model.safetensors'))).toBe(true);
  expect(said.filter((message) => message.includes('kubectl apply'))).toHaveLength(1);
});

test('stopping is told as what a person has to do', async () => {
  const stopped = launch(scripted('stops', 'true'), { signal: AbortSignal.timeout(300) });
  await expect(stopped).rejects.toMatchObject({
    code: 'incomplete',
    message: expect.stringContaining('kubectl delete -f'),
  });
});

test('a worker that fails is told with the end of its output', async () => {
  const script = `echo 'RuntimeError: no GPU' ; say '{"type":"error","time":"t","error":"RuntimeError","message":"no GPU"}'; exit 1`;
  const options = scripted('fails', script);
  const onStatus = (message: string): void => {
    const [, file] = /kubectl apply -f (\S+)/.exec(message) ?? [];
    if (file !== undefined) apply(file);
  };
  await expect(launch(options, { onStatus })).rejects.toThrow('The training worker: no GPU');
  expect(readFileSync(join(sharedRunDirectory(place, 'fails'), 'job-1.log'), 'utf8')).toContain('no GPU');
});
