// Creates or completes .venv-ray, in which the tests start a Ray head of one node. It sees the packages of .venv through
// a .pth file, so that torch is not installed twice and a job finds what the worker needs.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError, exitCode, messageOf } from '../src/core/error.ts';
import { sha256Hex } from '../src/core/hash.ts';
import { environmentPython, findPython, readyPython } from '../src/training/engine/environment.ts';
import { runCommand } from '../src/training/engine/environment-command.ts';
import { whileLocked } from '../src/training/engine/environment-lock.ts';

const directory = resolve('.venv-ray');
const requirements = 'trainer/requirements-ray.txt';
const marker = join(directory, 'safemed-environment.json');
const where = 'import sysconfig; print(sysconfig.get_path("purelib"))';

async function install(): Promise<void> {
  const engine = (await runCommand(await readyPython('.venv'), ['-c', where])).trim();
  const complete = JSON.stringify({ requirements: sha256Hex(readFileSync(requirements)), engine });
  if (existsSync(marker) && readFileSync(marker, 'utf8') === complete) return;
  console.error('setup: installing Ray for the tests of its launcher (.venv-ray, about 350 MB) …');
  const { path } = await findPython();
  await runCommand(path, ['-m', 'venv', directory]);
  const python = environmentPython(directory);
  const own = (await runCommand(python, ['-c', where])).trim();
  writeFileSync(join(own, 'safemed-engine.pth'), `${engine}\n`);
  const pip = ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check'];
  await runCommand(python, [...pip, '--requirement', requirements]);
  await runCommand(python, ['-c', 'import ray.dashboard.modules.job.job_head, torch, trl']);
  writeFileSync(marker, complete);
}

try {
  const waiting = (): void => console.error('setup: waiting for another process that installs .venv-ray …');
  await whileLocked(`${directory}.lock`, waiting, install);
} catch (error) {
  console.error(`setup: ${messageOf(error)}`);
  process.exitCode = error instanceof AppError ? exitCode(error.code) : 1;
}
