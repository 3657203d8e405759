import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../core/error.ts';
import { shutdown } from '../../jobs/schema.ts';
import type { WorkerResult } from '../engine/worker-process.ts';
import { stepOf } from '../engine/worker-process-events.ts';
import type { WorkerEvent } from '../engine/worker-process-schema.ts';
import type { JobStatus } from './launcher.ts';
import { type End, remoteOutcome } from './outcome.ts';
import { isFinal, type RemoteRun, type Submitted } from './remote-run.ts';

/** What following a job remembers; times are those of this process, in milliseconds. */
type Watch = {
  status: JobStatus;
  /** When the cluster is asked again. */
  next: number;
  /** When the last event was seen, or the job was first seen at work. */
  heard: number;
  /** Whether the worker was ever seen at work. */
  began: boolean;
  /** When it was asked to stop. */
  asked?: number;
  /** When its end was first seen, by an event or by the cluster. */
  over?: number;
  /** Why it was ended by force. */
  killed?: string;
};

/**
 * Passes the job's events on until it has ended and its last event is seen; asks it to stop where the run is to, and
 * ends it by force where it falls silent or does not stop in time. While the cluster does not answer, the events alone
 * tell how the run goes. A program that ends leaves the job at work.
 */
export async function followJob(run: RemoteRun, submitted: Submitted): Promise<WorkerResult> {
  const { reader, options, timing } = run;
  const watch: Watch = { status: { state: 'waiting', detail: '' }, next: 0, heard: performance.now(), began: false };
  for (;;) {
    if ((await reader.read()) > 0) Object.assign(watch, { heard: performance.now(), began: true });
    const last = reader.last(submitted.from);
    if (options.signal?.reason === shutdown) return { status: 'stopped', step: stepOf(last), reason: 'request' };
    await look(run, submitted, watch);
    if (isOver(run, watch, last)) return remoteOutcome(run, submitted, end(watch));
    await intervene(run, submitted, watch);
    await sleep(timing.poll);
  }
}

async function look({ cluster, contact, options, timing }: RemoteRun, { job }: Submitted, watch: Watch): Promise<void> {
  if (performance.now() < watch.next) return;
  const status = await contact.ask(() => cluster.status(job));
  if (status === undefined) return;
  watch.next = performance.now() + timing.status;
  if (status.state === 'running' && !watch.began) Object.assign(watch, { heard: performance.now(), began: true });
  const told = 'detail' in watch.status ? watch.status.detail : '';
  if ('detail' in status && status.detail !== told) await options.onStatus?.(`${cluster.label}: ${status.detail}`);
  watch.status = status;
}

function isOver({ timing }: RemoteRun, watch: Watch, last: WorkerEvent | undefined): boolean {
  const ended = watch.status.state === 'ended' || watch.status.state === 'absent';
  if (!ended && !isFinal(last) && watch.over === undefined) return false;
  watch.over ??= performance.now();
  if (ended && isFinal(last)) return true;
  if (ended && watch.asked !== undefined && !watch.began) return true; // taken out of the queue: no event will come
  return performance.now() - watch.over > timing.settle;
}

async function intervene(run: RemoteRun, { job }: Submitted, watch: Watch): Promise<void> {
  const { cluster, contact, options, timing } = run;
  const { heartbeatTimeoutMs = 600_000, stopGraceMs = 300_000, signal } = options;
  const now = performance.now();
  if (watch.over !== undefined) return;
  const lost = contact.lost();
  // A program may begin to end while the cluster is asked: that is no request to stop the job.
  const stopping = signal?.aborted === true && signal.reason !== shutdown;
  if (lost !== undefined) {
    const waited = now - (stopping ? lost.since : Math.max(lost.since, watch.heard));
    if (waited > (stopping ? stopGraceMs : timing.giveUp)) throw unanswered(run, job.name, lost.message);
  }
  if (stopping && watch.asked === undefined) {
    if (await asked(run, () => cluster.stop(job))) watch.asked = performance.now();
    return;
  }
  const silent = watch.began && watch.status.state !== 'waiting' && now - watch.heard > heartbeatTimeoutMs;
  if (silent && lost === undefined) watch.killed ??= 'fell silent and was ended';
  if (watch.asked !== undefined && now - watch.asked > stopGraceMs)
    watch.killed ??= 'did not stop in time and was ended';
  if (watch.killed !== undefined && (await asked(run, () => cluster.kill(job)))) watch.over = performance.now();
}

function unanswered({ cluster }: RemoteRun, job: string, message: string): AppError {
  return new AppError(
    'unavailable',
    `${cluster.label} does not answer: ${message}. ${job} may still be at work there; start the run again to follow it.`,
  );
}

async function asked({ contact }: RemoteRun, request: () => Promise<void>): Promise<boolean> {
  return (await contact.ask(() => request().then(() => true))) === true;
}

function end({ status, killed, asked }: Watch): End {
  const how = status.state === 'ended' ? status.how : 'is gone from the cluster';
  return { how: killed ?? how, asked: asked !== undefined, atWork: status.state === 'running' };
}
