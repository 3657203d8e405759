import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs a program of this folder again and again: killed with SIGKILL as soon as `progress` reaches each of `kills`, and at
 * last to its end. Returns what the last run printed.
 */
export async function killAndRerun(
  program: string,
  args: readonly string[],
  { kills, progress }: { kills: readonly number[]; progress: () => number },
): Promise<string> {
  const start = () => spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  for (const after of kills) {
    const child = start();
    while (progress() < after && child.exitCode === null) await sleep(2);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const last = start();
  let printed = '';
  last.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await once(last, 'close');
  return printed;
}
