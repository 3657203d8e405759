import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import { trainerDirectory } from '../src/training/engine/environment.ts';

const programs = ['accelerate', 'swift', 'torchrun', 'deepspeed', 'ray', 'llamafactory-cli', 'python3'];

/** Runs the launch script of an unpacked recipe with programs that only write down what they were started with. */
export async function captureLaunch(directory: string, variables: Record<string, string> = {}): Promise<string[]> {
  const bin = `${directory}.bin`;
  await mkdir(bin, { recursive: true });
  for (const name of programs) {
    const words = `{ for word in "${name}" "$@"; do printf '%s\\0' "$word"; done; } > "${directory}.words"`;
    await writeFile(join(bin, name), `#!/bin/sh\n${words}\n`);
    await chmod(join(bin, name), 0o755);
  }
  const env = { PATH: [bin, '/usr/bin', '/bin'].join(delimiter), ...variables };
  const { status, stderr } = spawnSync('/bin/sh', [join(directory, 'launch.sh')], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`launch.sh ended with ${status}: ${stderr}`);
  const words = readFileSync(`${directory}.words`, 'utf8').split('\0').slice(0, -1);
  await writeFile(join(directory, 'argv.json'), JSON.stringify(words));
  return words;
}

const Found = z.record(
  z.string(),
  z.looseObject({ rows: z.array(z.unknown()).exactOptional(), error: z.string().exactOptional() }),
);

export type EngineReading = {
  readonly rows: readonly unknown[];
  /** What the engine's parser holds under a dotted name. */
  at(name: string): unknown;
};

/** What an engine's own parser and loader make of unpacked recipes, by their directories; throws where it refuses one. */
export function readByEngine(
  python: string,
  { engine, model }: { engine: string; model: string },
  directories: string[],
): (directory: string) => EngineReading {
  const script = join(trainerDirectory, 'tests', 'check_engine.py');
  const env = { PATH: '/usr/bin:/bin', HOME: `${model}-home`, PYTHONDONTWRITEBYTECODE: '1' };
  const result = `${model}.json`;
  const { status, stderr } = spawnSync(python, [script, engine, model, result, ...directories], {
    ...{ env, encoding: 'utf8', maxBuffer: 1 << 28 },
  });
  if (status !== 0) throw new Error(`check_engine.py ended with ${status}: ${stderr.slice(-3000)}`);
  const found = Found.parse(JSON.parse(readFileSync(result, 'utf8')));
  return (directory) => {
    const one = found[directory];
    if (one?.error !== undefined) throw new Error(`${engine} refuses ${directory}: ${one.error}`);
    const at = (name: string): unknown =>
      name.split('.').reduce<unknown>((value, part) => Object(value)[part] as unknown, one);
    return { rows: one?.rows ?? [], at };
  };
}
