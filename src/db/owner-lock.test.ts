import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Takes the lock at an agreed moment, tells whether it got it, and keeps it until it is told to end. */
const contender = (directory: string, at: number): string => `
  import { takeOwnerLock } from ${JSON.stringify(import.meta.resolve('./owner-lock.ts'))};
  while (Date.now() < ${at});
  try { takeOwnerLock(${JSON.stringify(directory)}); console.log('won'); } catch { console.log('lost'); }
  process.stdin.resume().once('end', () => process.exit(0));`;

async function contest(directory: string, contenders: number): Promise<string[]> {
  const program = contender(directory, Date.now() + 700);
  const children = Array.from({ length: contenders }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  const told = await Promise.all(children.map(async ({ stdout }) => String((await once(stdout, 'data'))[0]).trim()));
  for (const child of children) child.stdin.end();
  await Promise.all(children.map((child) => once(child, 'exit')));
  return told.sort();
}

test('of several processes that start at once behind a dead owner, exactly one gets the directory', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'owner-'));
  for (let round = 0; round < 3; round++) {
    await writeFile(join(directory, 'owner.lock'), '999999999\n1\n');
    expect(await contest(directory, 4)).toEqual(['lost', 'lost', 'lost', 'won']);
  }
  await rm(directory, { recursive: true });
}, 60_000);
