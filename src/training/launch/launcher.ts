import type { WorkerOptions, WorkerResult } from '../engine/worker-process.ts';

export type LaunchOptions = WorkerOptions & {
  /** Told in words what the run waits for: a place in the queue, a cluster that does not answer, a person. */
  onStatus?: (message: string) => Promise<void> | void;
};

/**
 * Trains a run to its end, wherever that is. All launchers keep the promises of `runWorker`: called again for the same
 * run one goes on, whatever ended this program or the worker before; events come in order, those written meanwhile
 * too; aborting the signal stops the run at a checkpoint. A launcher that does not run the worker as this program's
 * child leaves it at work when the program itself ends, and follows it at the next call.
 */
export type Launcher = (options: LaunchOptions) => Promise<WorkerResult>;

/** What a cluster says of a job. `unknown`: it cannot be asked; the run's events are all there is. */
export type JobStatus =
  | { state: 'absent' }
  | { state: 'waiting' | 'running' | 'unknown'; detail: string }
  | { state: 'ended'; how: string };

/** One submission of a run: its directory as the cluster sees it too, and what the worker is started with. */
export type Job = {
  /** Unique among all runs and attempts; by it a job is found again. */
  name: string;
  directory: string;
  attempt: number;
  /** Written to the directory; the job starts only where it finds it. */
  nonce: string;
  /** Variables of the worker besides those of the cluster: the reward service's token. */
  environment: Readonly<Record<string, string>>;
};

/**
 * What a launcher asks of a cluster. Every call may throw `unavailable`, which means: not reached, ask again. All
 * other errors are final.
 */
export type Cluster = {
  /** For messages: kind and address. */
  readonly label: string;
  status(job: Job): Promise<JobStatus>;
  /** Submits a job that `status` did not know; a job of that name which is there after all is not submitted again. */
  submit(job: Job): Promise<void>;
  /** Asks the worker to stop at a checkpoint. */
  stop(job: Job): Promise<void>;
  /** Ends the job at once. */
  kill(job: Job): Promise<void>;
  /** The end of what the job printed. */
  log(job: Job): Promise<string>;
  /** Forgets a job that has ended well. */
  forget(job: Job): Promise<void>;
};
