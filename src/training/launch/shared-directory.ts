import { constants } from 'node:fs';
import { access, cp, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import type { RunSpec } from '../engine/worker-process-schema.ts';

const Submission = z.object({
  attempt: z.int().min(1),
  nonce: z.string(),
  /** Events before this position of the event file are of earlier attempts. */
  from: z.int().min(0),
});
/** The newest submission of a run. Written before the job is submitted, so that no submission is ever unknown. */
export type Submission = z.infer<typeof Submission>;

/** A run's directory on the disk that this machine and the cluster share. */
export function sharedRunDirectory(shared: string, runId: string): string {
  return join(shared, 'runs', runId);
}

/** Makes the run's directory; `unavailable`, with what to do, where the shared one is not there or cannot be written. */
export async function openSharedDirectory(shared: string, runId: string): Promise<string> {
  const directory = sharedRunDirectory(shared, runId);
  try {
    await access(shared, constants.W_OK);
    await mkdir(directory, { recursive: true });
  } catch (cause) {
    throw new AppError(
      'unavailable',
      `${shared}: the launcher's directory is not there or cannot be written. Mount the disk that the cluster shares ` +
        'with this machine, or correct "directory" of the launcher in safemed.yaml.',
      { cause },
    );
  }
  return directory;
}

export async function readSubmission(directory: string): Promise<Submission | undefined> {
  const text = await readFile(join(directory, 'submission.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Submission.parse(JSON.parse(text));
}

/** On disk when this returns: a submission that was made must be known after a crash. */
export async function writeSubmission(directory: string, submission: Submission): Promise<void> {
  // A name that no node has looked for before: shared disks remember what was not there.
  await writeDurably(join(directory, `nonce-${submission.attempt}`), submission.nonce);
  await writeDurably(join(directory, 'submission.json'), JSON.stringify(submission));
}

async function writeDurably(file: string, text: string): Promise<void> {
  const part = await open(`${file}.part`, 'w');
  try {
    await part.writeFile(text);
    await part.sync();
  } finally {
    await part.close();
  }
  await rename(`${file}.part`, file);
}

type Copy = { from: string; to: string; kept: boolean };
export type StagedSpec = { spec: RunSpec; copies: Copy[] };

/**
 * The run file with every path on the shared disk, and the copies that this takes. What lies there already is used where
 * it is; models are copied once, by their digest; data always, since they follow the release.
 */
export function stagedSpec(spec: RunSpec, shared: string): StagedSpec {
  const directory = sharedRunDirectory(shared, spec.run_id);
  const copies: Copy[] = [];
  const at = (from: string, to: string, kept: boolean): string => {
    if (resolve(from).startsWith(resolve(shared) + sep)) return from;
    copies.push({ from, to, kept });
    return to;
  };
  const model = (source: RunSpec['base']): RunSpec['base'] => {
    const name = source.sha256 ?? sha256Hex(`${spec.run_id}\n${source.path}`);
    return { ...source, path: at(source.path, join(shared, 'models', name), true) };
  };
  const data = (path: string): string => at(path, join(directory, 'data', basename(path)), false);
  return {
    spec: {
      ...spec,
      base: model(spec.base),
      ...(spec.adapter === undefined ? {} : { adapter: model(spec.adapter) }),
      data: {
        ...spec.data,
        train: data(spec.data.train),
        ...(spec.data.eval === undefined ? {} : { eval: data(spec.data.eval) }),
      },
    },
    copies,
  };
}

/** Makes the copies; one that was cut off is made again. */
export async function copyInputs(copies: readonly Copy[]): Promise<void> {
  for (const { from, to, kept } of copies) {
    if (kept && (await isThere(to))) continue;
    await copyWhole(from, to);
  }
}

/** Copies a file or directory so that `to` is whole or not there. Links are followed: what they lead to may not be shared. */
export async function copyWhole(from: string, to: string): Promise<void> {
  const part = `${to}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(resolve(to, '..'), { recursive: true });
  await cp(from, part, { recursive: true, dereference: true });
  await rm(to, { recursive: true, force: true });
  await rename(part, to);
}

export function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
