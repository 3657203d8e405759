import { rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../../core/error.ts';
import { fileSha256 } from '../engine/gguf-base.ts';
import type { WorkerResult } from '../engine/worker-process.ts';
import { stepOf } from '../engine/worker-process-events.ts';
import type { WorkerEvent } from '../engine/worker-process-schema.ts';
import type { RemoteRun, Submitted } from './remote-run.ts';
import { copyWhole, isThere } from './shared-directory.ts';

type Done = Extract<WorkerEvent, { type: 'done' }>;

/** Files of a run's directory that come home beside the adapter. */
const kept = ['events.jsonl', 'eval.jsonl'];

/** How a job ended; one that is still at work after its last event hangs on its way out and is ended by force. */
export type End = { how: string; asked: boolean; atWork: boolean };

/**
 * What came of a job that has ended: its result, with the adapter copied to this machine, or the step at which it was
 * stopped. `invalid_input` if the worker refused the run file; `unavailable`, with the end of its output, if it failed.
 * The copy of the data on the shared disk is deleted in any case: it holds texts that may have to be erased.
 */
export async function remoteOutcome(run: RemoteRun, { job, from }: Submitted, end: End): Promise<WorkerResult> {
  const { reader, cluster, contact, directory } = run;
  const last = reader.last(from);
  if (end.atWork) await contact.ask(() => cluster.kill(job));
  if (last?.type === 'done') {
    const result = await resultHere(run, last);
    const log = await contact.ask(() => cluster.log(job));
    if (log !== undefined) await writeFile(join(run.options.directory, 'worker.log'), log);
    await contact.ask(() => cluster.forget(job));
    return result;
  }
  await deleteData(directory);
  if (last?.type === 'stopped') {
    await contact.ask(() => cluster.forget(job));
    return { status: 'stopped', step: last.step, reason: last.reason };
  }
  if (last?.type === 'error')
    throw new AppError(
      last.error === 'SpecError' ? 'invalid_input' : 'unavailable',
      `The training worker: ${last.message}`,
    );
  if (end.asked) return { status: 'stopped', step: stepOf(last), reason: 'request' };
  const log = (await contact.ask(() => cluster.log(job))) ?? '(its output cannot be read)';
  throw new AppError(
    'unavailable',
    `${cluster.label}: ${job.name} ${end.how}; the run can be resumed by starting it again. Its output ends with:\n${lastLines(log)}`,
  );
}

/** The result of a run whose files are on the shared disk, with its adapter on this machine, checked by its digest. */
export async function resultHere({ directory, options, cluster }: RemoteRun, done: Done): Promise<WorkerResult> {
  const adapter = join(options.directory, 'adapter');
  const weights = join(adapter, 'adapter_model.safetensors');
  if ((await digestOf(weights)) !== done.sha256) {
    await copyWhole(join(directory, basename(done.adapter)), adapter);
    for (const name of kept)
      if (await isThere(join(directory, name))) await copyWhole(join(directory, name), join(options.directory, name));
    const found = await digestOf(weights);
    if (found !== done.sha256)
      throw new AppError(
        'unavailable',
        `${cluster.label}: ${directory} holds an adapter of digest ${found ?? 'none'}, but the worker wrote ${done.sha256}. ` +
          'Is the directory shared with the cluster? If it lags, start the run again.',
      );
  }
  await deleteData(directory);
  return { status: 'done', adapter, sha256: done.sha256, metrics: done.metrics };
}

async function digestOf(file: string): Promise<string | undefined> {
  return (await isThere(file)) ? fileSha256(file) : undefined;
}

async function deleteData(directory: string): Promise<void> {
  await rm(join(directory, 'data'), { recursive: true, force: true });
}

/** The last lines that say something: what failed stands at the end of a traceback. */
export function lastLines(text: string, count = 12): string {
  const lines = text.split(/\r?\n|\r/).filter((line) => line.trim() !== '');
  return lines.slice(-count).join('\n');
}
