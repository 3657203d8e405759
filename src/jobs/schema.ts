import { z } from 'zod';
import type { Tx } from '../db/database.ts';

export const JobKind = z.enum(['corpus', 'generation', 'training', 'redteam', 'evaluation', 'ablation']);
export type JobKind = z.infer<typeof JobKind>;

export const JobState = z.enum(['queued', 'running', 'done', 'failed', 'stopped']);
export type JobState = z.infer<typeof JobState>;

/** One long piece of work with its progress; `result` is the handler's parsed result once done. */
export const JobRun = z.object({
  id: z.uuid(),
  kind: JobKind,
  state: JobState,
  input: z.unknown(),
  done: z.int(),
  total: z.int().exactOptional(),
  unit: z.string(),
  message: z.string(),
  result: z.unknown().exactOptional(),
  error: z.string().exactOptional(),
  errorCode: z.string().exactOptional(),
  attempts: z.int(),
  createdAt: z.string(),
  startedAt: z.string().exactOptional(),
  finishedAt: z.string().exactOptional(),
});
export type JobRun = z.infer<typeof JobRun>;

export type Progress = { done: number; total?: number; unit: string; message?: string };

/** Abort reason of a program that ends: the run goes back to the queue instead of counting as stopped. */
export const shutdown = 'shutdown';

/** What a handler gets: where to report progress, and the signal that asks it to stop. */
export type JobControl = {
  readonly runId: string;
  progress(progress: Progress): Promise<void>;
  readonly signal: AbortSignal;
};

/** The queue as actions see it: enqueue within the caller's transaction. */
export type Jobs = {
  enqueue(tx: Tx, kind: JobKind, input: unknown, createdBy: string): Promise<string>;
  /** The unfinished run with the same input if there is one, so that its caller follows it; else a new run. */
  enqueueOnce(tx: Tx, kind: JobKind, input: unknown, createdBy: string): Promise<string>;
  stop(runId: string): Promise<void>;
};
