import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { findPython, trainerDirectory } from '../src/training/engine/environment.ts';

export type RewardRow = { case: string; completion: string; meta?: object; question?: string };
export type RewardCall = { step: number; rows: RewardRow[] };

const Outcome = z.union([z.object({ result: z.unknown() }), z.object({ error: z.string(), message: z.string() })]);
export type Outcome = z.infer<typeof Outcome>;

/** Calls the reward function of an unpacked recipe in a real Python, as its engine does; what each call gave or threw. */
export async function callReward(
  directory: string,
  engine: string,
  calls: RewardCall[],
  environment: Record<string, string>,
): Promise<{ outcomes: Outcome[]; stderr: string }> {
  const { path } = await findPython();
  const script = join(trainerDirectory, 'tests', 'call_reward.py');
  const env = { PYTHONDONTWRITEBYTECODE: '1', ...environment };
  const child = spawn(path, [script, directory, engine], { env });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  child.stdin.end(JSON.stringify(calls.map(({ step, rows }) => ({ step, rows: rows.map(rowOf) }))));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`call_reward.py ended with ${code}: ${stderr}`);
  return { outcomes: z.array(Outcome).parse(JSON.parse(stdout)), stderr };
}

function rowOf({ case: name, completion, meta = { kind: 'harmful' }, question = 'May I?' }: RewardRow): object {
  return { case: name, messages: [{ role: 'user', content: question }], completion, meta: JSON.stringify(meta) };
}
