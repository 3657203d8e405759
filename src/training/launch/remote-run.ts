import type { EventReader } from '../engine/worker-process.ts';
import type { WorkerEvent } from '../engine/worker-process-schema.ts';
import type { Contact, Timing } from './contact.ts';
import type { Cluster, Job, LaunchOptions } from './launcher.ts';

/** A run at a cluster while this program follows it. */
export type RemoteRun = {
  cluster: Cluster;
  timing: Timing;
  options: LaunchOptions;
  /** The run's directory on the shared disk. */
  directory: string;
  reader: EventReader;
  contact: Contact;
};

/** A job, and where its events begin. */
export type Submitted = { job: Job; from: number };

/** Whether an event ends the worker that wrote it. */
export function isFinal(event: WorkerEvent | undefined): boolean {
  return event?.type === 'done' || event?.type === 'stopped' || event?.type === 'error';
}
