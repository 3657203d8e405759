import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Scorer } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { readyPython, trainerDirectory } from './environment.ts';

const Reply = z.object({
  id: z.int(),
  embeddings: z.array(z.array(z.number())).optional(),
  rewards: z.array(z.number().nullable()).optional(),
  error: z.string().optional(),
});
type Reply = z.infer<typeof Reply>;

type Waiting = { resolve: (reply: Reply) => void; reject: (error: unknown) => void };

/**
 * The scoring models in a Python child, spoken to by JSON lines. It starts with the first request, starts again after a
 * crash, and answers requests in order.
 */
export function startScorer(options: {
  environment: string;
  log: (line: string) => void;
}): Scorer & { close(): Promise<void> } {
  let child: ChildProcessWithoutNullStreams | undefined;
  let next = 0;
  const waiting = new Map<number, Waiting>();

  const start = (python: string): ChildProcessWithoutNullStreams => {
    const started = spawn(python, ['-m', 'safemed_trainer.scorer'], { cwd: trainerDirectory, stdio: 'pipe' });
    createInterface({ input: started.stdout }).on('line', (line) => {
      const reply = Reply.parse(JSON.parse(line));
      waiting.get(reply.id)?.resolve(reply);
      waiting.delete(reply.id);
    });
    createInterface({ input: started.stderr }).on('line', options.log);
    const gone = (why: string): void => {
      if (child === started) child = undefined;
      for (const one of waiting.values())
        one.reject(new AppError('unavailable', `The scorer ended: ${why}. It starts again with the next request.`));
      waiting.clear();
    };
    started.once('error', (error) => gone(error.message));
    started.once('close', (code, signal) => gone(signal ?? `exit code ${code}`));
    started.stdin.on('error', () => undefined); // the close event tells those who wait
    return started;
  };

  const ask = async (request: object): Promise<Reply> => {
    const python = child === undefined ? await readyPython(options.environment) : '';
    child ??= start(python);
    const id = next++;
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    waiting.set(id, { resolve, reject });
    child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
    const reply = await promise;
    if (reply.error !== undefined) throw new AppError('unavailable', `The scorer could not answer: ${reply.error}`);
    return reply;
  };

  return {
    embed: async (texts) => {
      if (texts.length === 0) return [];
      const { embeddings } = await ask({ op: 'embed', texts });
      return counted(embeddings, texts.length);
    },
    reward: async (model, samples) => {
      if (samples.length === 0) return [];
      const { rewards } = await ask({ op: 'reward', model, samples });
      return counted(rewards, samples.length);
    },
    close: async () => {
      const open = child;
      child = undefined;
      if (open === undefined) return;
      const closed = new Promise((resolve) => open.once('close', resolve));
      open.kill();
      await closed;
    },
  };
}

function counted<T>(values: T[] | undefined, expected: number): T[] {
  if (values?.length === expected) return values;
  throw new AppError('unavailable', `The scorer answered ${values?.length ?? 'nothing'} for ${expected} requests.`);
}
