import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { canonicalJson } from '../../core/canonical-json.ts';
import { AppError } from '../../core/error.ts';
import { trainerDirectory } from './environment.ts';
import { type PositionedEvent, readEvents, stepOf } from './worker-process-events.ts';
import { signalGroup, stopOrphan } from './worker-process-orphan.ts';
import { RunSpec, type WorkerEvent } from './worker-process-schema.ts';

export type WorkerOptions = {
  /** Interpreter of a complete environment (readyPython). */
  python: string;
  spec: RunSpec;
  /** The run's own directory: run file, events, log, checkpoints and the adapter. */
  directory: string;
  /** The worker's environment variables, with the reward service's token; default: those of this process. */
  environment?: { readonly [name: string]: string | undefined };
  /** Receives every event behind `fromPosition`, in order, also those written while no parent was there to read them. */
  onEvent?: (event: WorkerEvent, position: number) => Promise<void> | void;
  fromPosition?: number;
  /** Aborting it stops the run at a checkpoint. */
  signal?: AbortSignal;
  /** A worker silent for longer is taken for dead and killed. */
  heartbeatTimeoutMs?: number;
  /** How long a worker may take to write its checkpoint before it is killed. */
  stopGraceMs?: number;
};

export type WorkerResult =
  | { status: 'done'; adapter: string; sha256: string; metrics: Extract<WorkerEvent, { type: 'done' }>['metrics'] }
  | { status: 'stopped'; step: number; reason: 'request' | 'time-limit' };

const pollMs = 200;

/**
 * Trains a run to its end and returns its result. Called again for the same directory it goes on from the newest
 * checkpoint, whatever ended the worker or this process before, and a finished run is returned at once; a worker left
 * over from a killed parent is stopped first, so that two never train at once. `conflict` if the directory holds
 * another run; `invalid_input` if the worker refuses the run file; `unavailable` if the worker fails, dies or falls
 * silent, with its own words.
 */
export async function runWorker(options: WorkerOptions): Promise<WorkerResult> {
  const { directory, spec, stopGraceMs = 300_000 } = options;
  await mkdir(directory, { recursive: true });
  await claimDirectory(directory, RunSpec.parse(spec));
  await stopOrphan(directory, stopGraceMs);
  const reader = eventReader(options);
  await reader.read();
  const earlier = reader.last();
  if (earlier?.type === 'done') return { ...resultOf(earlier), status: 'done' };
  if (options.signal?.aborted === true) return { status: 'stopped', step: stepOf(earlier), reason: 'request' };
  reader.forget();
  const worker = await start(options);
  const exit = await supervise(worker, reader, options);
  return outcome(exit, reader.last(), directory);
}

/**
 * Writes the run file. Where to ask for rewards and for how long may change between attempts, what is trained may not:
 * `conflict` if the directory holds another run.
 */
export async function claimDirectory(directory: string, spec: z.output<typeof RunSpec>): Promise<void> {
  const file = join(directory, 'run.json');
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known !== undefined && essence(RunSpec.parse(JSON.parse(known))) !== essence(spec))
    throw new AppError('conflict', `${directory} holds another run; choose another directory or delete it.`);
  await writeFile(`${file}.part`, JSON.stringify(spec, null, 1));
  await rename(`${file}.part`, file);
}

function essence({ reward: _, limits, ...spec }: z.output<typeof RunSpec>): string {
  const { max_minutes: __, ...binding } = limits ?? {};
  return canonicalJson(JSON.parse(JSON.stringify({ ...spec, limits: binding })));
}

type Ending = { code: number | null; killed: NodeJS.Signals | null };
type Worker = { pid: number; ended: Promise<Ending> };

async function start({ python, directory, environment }: WorkerOptions): Promise<Worker> {
  const log = await open(join(directory, 'worker.log'), 'a');
  const files = ['--spec', join(directory, 'run.json'), '--events', eventsFile(directory), '--out', directory];
  try {
    const child = spawn(python, ['-m', 'safemed_trainer', ...files, '--resume'], {
      cwd: trainerDirectory,
      detached: true, // a process group of its own, which can be ended as a whole
      stdio: ['ignore', log.fd, log.fd],
      ...(environment === undefined ? {} : { env: environment }),
    });
    const ended = new Promise<Ending>((resolve) => child.once('exit', (code, killed) => resolve({ code, killed })));
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    return { pid: child.pid ?? 0, ended };
  } catch (cause) {
    throw new AppError('unavailable', `${python} cannot be started; create the Python environment again.`, { cause });
  } finally {
    await log.close();
  }
}

export function eventsFile(directory: string): string {
  return join(directory, 'events.jsonl');
}

export type EventReader = {
  /** Passes new events on and returns how many there were. */
  read(): Promise<number>;
  /** The last event that is not a heartbeat, if it stands behind this position. */
  last(from?: number): WorkerEvent | undefined;
  forget(): void;
  /** Behind the last whole event. */
  position(): number;
};

/** Passes new events on; remembers the last one that is not a heartbeat. */
export function eventReader({
  directory,
  onEvent,
  fromPosition = 0,
}: Pick<WorkerOptions, 'directory' | 'onEvent' | 'fromPosition'>): EventReader {
  let position = 0;
  let lastPosition = 0;
  let last: WorkerEvent | undefined;
  return {
    read: async () => {
      const found: PositionedEvent[] = await readEvents(eventsFile(directory), position);
      for (const { event, position: after } of found) {
        if (after > fromPosition) await onEvent?.(event, after);
        position = after;
        if (event.type === 'heartbeat') continue;
        last = event;
        lastPosition = after;
      }
      return found.length;
    },
    last: (from = 0) => (lastPosition > from ? last : undefined),
    forget: () => {
      last = undefined;
    },
    position: () => position,
  };
}

type Exit = Ending & { silent: boolean; asked: boolean };

/** Reads events until the worker has ended, stopping it on request and killing it when it falls silent. */
async function supervise({ pid, ended }: Worker, reader: EventReader, options: WorkerOptions): Promise<Exit> {
  const { signal, heartbeatTimeoutMs = 120_000, stopGraceMs = 300_000 } = options;
  const awake = awakeClock();
  let exit: Ending | undefined;
  let heard = awake();
  let asked: number | undefined;
  let silent = false;
  try {
    while (exit === undefined) {
      exit = await Promise.race([ended, sleep(pollMs, undefined)]);
      const now = awake();
      if ((await reader.read()) > 0) heard = now;
      if (signal?.aborted === true && asked === undefined) {
        asked = now;
        signalGroup(pid, 'SIGTERM');
      }
      if (exit === undefined && now - heard > heartbeatTimeoutMs) silent = true;
      if (silent || (asked !== undefined && now - asked > stopGraceMs)) signalGroup(pid, 'SIGKILL');
    }
    await reader.read();
    return { ...exit, silent, asked: asked !== undefined };
  } catch (error) {
    signalGroup(pid, 'SIGKILL'); // an event that cannot be stored must not leave the worker running
    throw error;
  }
}

/**
 * Milliseconds in which this process was running: a long gap between two calls means that the machine slept, or that
 * this process was halted, and says nothing about the worker.
 */
function awakeClock(): () => number {
  let last = performance.now();
  let total = 0;
  return () => {
    const now = performance.now();
    total += Math.min(now - last, 5 * pollMs);
    last = now;
    return total;
  };
}

async function outcome(exit: Exit, last: WorkerEvent | undefined, directory: string): Promise<WorkerResult> {
  if (last?.type === 'done') return { ...resultOf(last), status: 'done' };
  if (last?.type === 'stopped') return { status: 'stopped', step: last.step, reason: last.reason };
  if (last?.type === 'error')
    throw new AppError(exit.code === 2 ? 'invalid_input' : 'unavailable', `The training worker: ${last.message}`);
  if (exit.asked) return { status: 'stopped', step: stepOf(last), reason: 'request' };
  if (exit.code === 3) throw new AppError('conflict', `Another worker is training in ${directory}.`);
  const how = exit.silent ? 'fell silent and was killed' : `ended with ${exit.killed ?? `exit code ${exit.code}`}`;
  throw new AppError(
    'unavailable',
    `The training worker ${how}; the run can be resumed. ${join(directory, 'worker.log')} ends with:\n${await logEnd(directory)}`,
  );
}

function resultOf({
  adapter,
  sha256,
  metrics,
}: Extract<WorkerEvent, { type: 'done' }>): Omit<Extract<WorkerResult, { status: 'done' }>, 'status'> {
  return { adapter, sha256, metrics };
}

async function logEnd(directory: string): Promise<string> {
  const log = await readFile(join(directory, 'worker.log'), 'utf8').catch(() => '');
  return log.trim().split('\n').slice(-12).join('\n');
}
