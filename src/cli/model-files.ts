import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AppError, messageOf } from '../core/error.ts';
import { type ModelEndpoint, type ModelFile, RegisterInput } from '../registry/schema.ts';
import { TrainingRun } from '../training/schema.ts';
import type { Client } from './client.ts';

export type AddOptions = {
  kind: string;
  file?: string[];
  base?: string;
  run?: string;
  release?: string;
  trainedOn?: string;
  gguf?: string;
  lora?: string;
  url?: string;
  model?: string;
  endpoint?: string;
};

type Adding = {
  name: string;
  options: AddOptions;
  /** The workspace on this machine, from which paths are told; absent where a server elsewhere is asked. */
  root: string | undefined;
};

/** What `model add` sends: files hashed on this machine, and what the run, where one is named, says of its data. */
export async function registration(client: Client, { name, options, root }: Adding): Promise<RegisterInput> {
  const run = options.run === undefined ? undefined : await client.get(TrainingRun, `/v1/training/runs/${options.run}`);
  if (run !== undefined && run.result === undefined)
    throw new AppError('conflict', `The run "${run.name}" has no result: it is ${run.state}.`);
  const from = { ...options, ...withRun(run, options) };
  const paths = await expanded(from.file ?? []);
  if (paths.length === 0)
    throw new AppError(
      'invalid_input',
      'Name the files of the weights with --file, or the run that wrote them with --run.',
    );
  const files: ModelFile[] = [];
  for (const path of paths) files.push({ path: placeOf(path, root), sha256: await sha256Of(path) });
  const trainedOn = run?.result?.trainedOn ?? (await idsOf(options.trainedOn));
  const release = run?.release ?? options.release;
  const parsed = RegisterInput.safeParse({
    name,
    kind: options.kind,
    files,
    ...(options.base === undefined ? {} : { base: options.base }),
    ...(run === undefined ? {} : { run: run.name }),
    ...(release === undefined ? {} : { release }),
    ...(trainedOn === undefined ? {} : { trainedOn }),
    endpoint: endpointOf(from, name, root),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError('invalid_input', `model add: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

/** A run of this machine says where its adapter lies and on which weights it is asked. */
function withRun(run: TrainingRun | undefined, options: AddOptions): Pick<AddOptions, 'file' | 'gguf' | 'lora'> {
  const { adapter, base } = run?.result ?? {};
  if (adapter?.gguf === undefined || base?.gguf === undefined) return {};
  const asked = options.url !== undefined || options.endpoint !== undefined || options.gguf !== undefined;
  return {
    ...(options.file === undefined ? { file: [adapter.gguf] } : {}),
    ...(asked ? {} : { gguf: base.gguf, lora: adapter.gguf }),
  };
}

function endpointOf(options: AddOptions, name: string, root: string | undefined): Partial<ModelEndpoint> {
  const { gguf, lora, url, endpoint, model } = options;
  const ways = [gguf, url, endpoint].filter((way) => way !== undefined).length;
  if (ways !== 1)
    throw new AppError('invalid_input', 'Say how the model is asked: one of --gguf FILE, --url URL, --endpoint NAME.');
  if (endpoint !== undefined) return { type: 'configured', name: endpoint };
  if (url !== undefined) return { type: 'openai', baseUrl: url, model: model ?? name };
  return {
    type: 'llama',
    gguf: placeOf(resolve(gguf ?? ''), root),
    ...(lora === undefined ? {} : { lora: placeOf(resolve(lora), root) }),
    model: model ?? name,
  };
}

/** The path as it is kept: from the workspace on where the file lies in it, so that a workspace can be moved. */
function placeOf(path: string, root: string | undefined): string {
  if (root === undefined) return path;
  const inside = relative(root, path);
  return inside.startsWith(`..${sep}`) || isAbsolute(inside) ? path : inside;
}

/** Files named, and all files within directories named, as absolute paths. */
async function expanded(named: string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const one of named.map((path) => resolve(path))) {
    const info = await stat(one).catch((error: unknown) => {
      throw new AppError('invalid_input', `${one} cannot be read: ${messageOf(error)}. Check the path.`);
    });
    if (!info.isDirectory()) paths.push(one);
    else
      for (const entry of await readdir(one, { recursive: true, withFileTypes: true }))
        if (entry.isFile()) paths.push(join(entry.parentPath, entry.name));
  }
  return paths.sort();
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

async function idsOf(file: string | undefined): Promise<string[] | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new AppError('invalid_input', `${file} cannot be read: ${messageOf(error)}. Check the path.`);
  });
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}
