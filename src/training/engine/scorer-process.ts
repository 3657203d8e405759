import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { AppError, messageOf } from '../../core/error.ts';
import { readyPython, trainerDirectory } from './environment.ts';

export type RewardSample = { prompt: { role: string; content: string }[]; completion: string };

export type ScorerProcess = {
  /** Unit-length sentence embeddings (384 numbers) by all-MiniLM-L6-v2, in the order of the texts. */
  embed(texts: string[]): Promise<number[][]>;
  /** Scores by the reward model whose adapter lies in the directory, higher is better; null for a sample too long for it. */
  reward(modelDirectory: string, samples: RewardSample[]): Promise<(number | null)[]>;
  close(): Promise<void>;
};

export type ScorerOptions = {
  /** Directory of the Python environment. */
  environment: string;
  /** Receives what the scorer's libraries print. */
  log?: (line: string) => void;
  /** How long one request may take; the first one of a model includes loading it. */
  timeoutMs?: number;
};

const Reply = z.object({
  id: z.int().nullable(),
  error: z.string().optional(),
  embeddings: z.array(z.array(z.number())).optional(),
  rewards: z.array(z.number().nullable()).optional(),
});
type Reply = z.infer<typeof Reply>;

type Waiting = { resolve(reply: Reply): void; reject(error: AppError): void };
type Running = { child: ChildProcess; waiting: Map<number, Waiting>; ended: Promise<void> };

/** The scoring process died while a request was under way: the one failure that a new process can mend. */
function scorerDied(message: string): AppError {
  return new AppError('unavailable', message, { details: { died: true } });
}

/**
 * A scorer that starts its process with the first request, keeps it for all others, and starts a new one when it has
 * died; a request under way then is asked once more. `unavailable` where the environment is missing, where the process
 * dies twice over one request, when it does not answer in time, and after close; `invalid_input` with the scorer's own
 * words for a request it cannot answer.
 */
export function startScorer(options: ScorerOptions): ScorerProcess {
  const { timeoutMs = 600_000 } = options;
  let running: Promise<Running> | undefined;
  let closed = false;
  let lastId = 0;

  const acquire = async (): Promise<Running> => {
    if (closed) throw new AppError('unavailable', 'The scorer is closed.');
    running ??= launch(options, () => {
      running = undefined;
    });
    try {
      return await running;
    } catch (error) {
      running = undefined;
      throw error;
    }
  };
  const ask = async (request: object, count: number): Promise<Reply> => {
    if (count === 0) return { id: null, embeddings: [], rewards: [] };
    lastId += 1;
    const line = { ...request, id: lastId };
    try {
      return await exchange(await acquire(), line, timeoutMs);
    } catch (error) {
      if (!(error instanceof AppError && error.details.died === true) || closed) throw error;
      return exchange(await acquire(), line, timeoutMs);
    }
  };
  return {
    embed: async (texts) => {
      const reply = await ask({ op: 'embed', texts }, texts.length);
      return complete(reply.embeddings, texts.length);
    },
    reward: async (model, samples) => {
      const reply = await ask({ op: 'reward', model, samples }, samples.length);
      return complete(reply.rewards, samples.length);
    },
    close: async () => {
      closed = true;
      const last = await running?.catch(() => undefined);
      last?.child.kill('SIGKILL'); // it holds nothing that could be lost
      await last?.ended;
    },
  };
}

function complete<T>(values: T[] | undefined, count: number): T[] {
  if (values?.length === count) return values;
  throw new AppError('internal', `The scorer answered ${values?.length ?? 'no'} values for ${count} samples.`);
}

async function launch({ environment, log }: ScorerOptions, onEnd: () => void): Promise<Running> {
  const python = await readyPython(environment);
  const child = spawn(python, ['-m', 'safemed_trainer.scorer'], { cwd: trainerDirectory, stdio: 'pipe' });
  const waiting = new Map<number, Waiting>();
  const ended = new Promise<void>((resolve) => {
    const end = (how: string): void => {
      onEnd();
      for (const { reject } of waiting.values()) reject(scorerDied(`The scorer ${how}.`));
      waiting.clear();
      resolve();
    };
    child.once('error', (error) => end(`cannot be started: ${error.message}`));
    child.once('exit', (code, killed) => end(`ended with ${killed ?? `exit code ${code}`}`));
  });
  child.stdin.on('error', () => undefined); // told by the exit
  createInterface({ input: child.stderr }).on('line', (line) => log?.(line));
  createInterface({ input: child.stdout }).on('line', (line) => settle(line, waiting, log));
  return { child, waiting, ended };
}

function settle(line: string, waiting: Map<number, Waiting>, log: ScorerOptions['log']): void {
  let reply: Reply;
  try {
    reply = Reply.parse(JSON.parse(line));
  } catch (error) {
    log?.(`scorer: a reply that cannot be read: ${messageOf(error)}`);
    return; // the request it belongs to runs into its time limit
  }
  const asker = reply.id === null ? undefined : waiting.get(reply.id);
  if (asker === undefined) return;
  if (reply.error === undefined) asker.resolve(reply);
  else asker.reject(new AppError('invalid_input', `The scorer: ${reply.error}`));
}

function exchange(running: Running, request: { id: number }, timeoutMs: number): Promise<Reply> {
  const { child, waiting } = running;
  return new Promise<Reply>((resolve, reject) => {
    const timer = setTimeout(() => {
      waiting.delete(request.id);
      reject(new AppError('unavailable', `The scorer did not answer within ${timeoutMs / 1000} s.`));
      child.kill('SIGKILL'); // stuck: the next request gets a new one
    }, timeoutMs);
    const settled =
      <T>(then: (value: T) => void) =>
      (value: T): void => {
        clearTimeout(timer);
        waiting.delete(request.id);
        then(value);
      };
    waiting.set(request.id, { resolve: settled(resolve), reject: settled(reject) });
    if (child.exitCode !== null || child.signalCode !== null)
      waiting.get(request.id)?.reject(scorerDied('The scorer has ended.'));
    else child.stdin?.write(`${JSON.stringify(request)}\n`);
  });
}
