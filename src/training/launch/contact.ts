import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, messageOf } from '../../core/error.ts';
import type { Cluster, LaunchOptions } from './launcher.ts';

/** All in milliseconds. */
export type Timing = {
  /** Between two looks at the events. */
  poll: number;
  /** Between two looks at the job's state, and the first pause after a question that was not answered. */
  status: number;
  /** The longest pause after the cluster did not answer; pauses double up to it. */
  longestPause: number;
  /** How long the last event may take to be seen here after the job has ended: shared disks lag. */
  settle: number;
  /** Without an answer and without an event for so long, following ends; the run itself does not. */
  giveUp: number;
};

export const usualTiming: Timing = {
  poll: 1000,
  status: 5000,
  longestPause: 60_000,
  settle: 30_000,
  giveUp: 3_600_000,
};

export type Contact = {
  /** The answer, or nothing where the cluster was not reached or, after it was not, is not to be asked again yet. */
  ask<T>(question: () => Promise<T>): Promise<T | undefined>;
  /** Asks until there is an answer; `unavailable` when there was none for as long as it is waited. */
  insist<T>(question: () => Promise<T>): Promise<T>;
  /** Since when the cluster has not answered, and with what words. */
  lost(): { since: number; message: string } | undefined;
};

/**
 * Talks to a cluster over a connection that may break: what is not reached is asked again with growing pauses. Errors
 * other than `unavailable` pass through.
 */
export function contactWith(cluster: Cluster, timing: Timing, options: LaunchOptions): Contact {
  let lost: { since: number; message: string } | undefined;
  let pause = timing.status;
  let next = 0;

  const attempt = async <T>(question: () => Promise<T>): Promise<{ answer: T } | undefined> => {
    try {
      const answer = await question();
      if (lost !== undefined) await options.onStatus?.(`${cluster.label} answers again`);
      lost = undefined;
      pause = timing.status;
      next = 0;
      return { answer };
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
      if (lost === undefined) await options.onStatus?.(`${cluster.label} does not answer; trying again`);
      lost = { since: lost?.since ?? performance.now(), message: messageOf(error) };
      next = performance.now() + pause;
      pause = Math.min(2 * pause, timing.longestPause);
      return undefined;
    }
  };

  return {
    lost: () => lost,
    ask: async (question) => (performance.now() < next ? undefined : (await attempt(question))?.answer),
    insist: async (question) => {
      for (;;) {
        const answered = await attempt(question);
        if (answered !== undefined) return answered.answer;
        if (options.signal?.aborted === true || (lost !== undefined && performance.now() - lost.since > timing.giveUp))
          throw new AppError('unavailable', `${cluster.label} does not answer: ${lost?.message}`);
        await sleep(Math.max(0, next - performance.now()));
      }
    },
  };
}
