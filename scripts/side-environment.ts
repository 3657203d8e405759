// An environment beside .venv that only the suite needs. It sees the packages of .venv through a .pth file, so that torch
// is not installed twice.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError, exitCode, messageOf } from '../src/core/error.ts';
import { sha256Hex } from '../src/core/hash.ts';
import { environmentPython, findPython, readyPython } from '../src/training/engine/environment.ts';
import { runCommand } from '../src/training/engine/environment-command.ts';
import { whileLocked } from '../src/training/engine/environment-lock.ts';

export type SideEnvironment = {
  readonly directory: string;
  readonly requirements: string;
  /** What it is for, and how large. */
  readonly label: string;
  readonly pipArguments: readonly string[];
  /** A Python statement that fails unless all is there. */
  readonly check: string;
};

const where = 'import sysconfig; print(sysconfig.get_path("purelib"))';

/** The interpreter of a complete environment of this version's packages; undefined where it is none. */
export function sidePython({ directory, requirements }: SideEnvironment): string | undefined {
  const marker = markerOf(directory);
  if (!existsSync(marker)) return undefined;
  const begin = JSON.stringify({ requirements: sha256Hex(readFileSync(requirements)) }).slice(0, -1);
  return readFileSync(marker, 'utf8').startsWith(begin) ? environmentPython(resolve(directory)) : undefined;
}

function markerOf(directory: string): string {
  return join(resolve(directory), 'safemed-environment.json');
}

/** Creates or completes the environment; the exit code of this process tells whether it is there. */
export async function ensureSideEnvironment(side: SideEnvironment): Promise<void> {
  const name = side.directory;
  try {
    const waiting = (): void => console.error(`setup: waiting for another process that installs ${name} …`);
    await whileLocked(`${resolve(name)}.lock`, waiting, () => install(side));
  } catch (error) {
    console.error(`setup: ${messageOf(error)}`);
    process.exitCode = error instanceof AppError ? exitCode(error.code) : 1;
  }
}

async function install({ directory: name, requirements, label, pipArguments, check }: SideEnvironment): Promise<void> {
  const directory = resolve(name);
  const engine = (await runCommand(await readyPython('.venv'), ['-c', where])).trim();
  const complete = JSON.stringify({ requirements: sha256Hex(readFileSync(requirements)), engine });
  const marker = markerOf(name);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === complete) return;
  console.error(`setup: installing ${label} (${name}) …`);
  const { path } = await findPython();
  await runCommand(path, ['-m', 'venv', directory]);
  const python = environmentPython(directory);
  const own = (await runCommand(python, ['-c', where])).trim();
  writeFileSync(join(own, 'safemed-engine.pth'), `${engine}\n`);
  const pip = ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', ...pipArguments];
  await runCommand(python, [...pip, '--requirement', requirements]);
  await runCommand(python, ['-c', check]);
  writeFileSync(marker, complete);
}
