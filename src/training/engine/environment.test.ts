import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ensureEnvironment, environmentPython, environmentState, findPython, readyPython } from './environment.ts';

const place = mkdtempSync(join(tmpdir(), 'safemed-environment-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** A Python that records what it is asked, and whose pip fails for as long as the file `offline` is there. */
function recordingPython(name: string): { program: string; calls: () => string[]; offline: string } {
  const folder = join(place, name);
  mkdirSync(folder);
  const program = join(folder, 'python');
  const log = join(folder, 'calls');
  const offline = join(folder, 'offline');
  const script = `#!/bin/sh
echo "$*" >> '${log}'
case "$*" in
  *'import sys'*) printf '%s\\n3.12.1\\n' "$0" ;;
  '-m venv '*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  *'pip install'*) if [ -e '${offline}' ]; then echo 'no matching distribution' >&2; exit 1; fi; echo 'Collecting torch' ;;
  *platform*) echo 3.12.1 ;;
esac
`;
  writeFileSync(program, script);
  chmodSync(program, 0o755);
  const calls = (): string[] => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
  return { program, calls, offline };
}

test('a Python of at least 3.10 is found on the search path', async () => {
  const { version } = await findPython();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  expect(major * 100 + minor).toBeGreaterThanOrEqual(310);
});

test('a Python that is absent or too old is refused with what to do', async () => {
  const old = join(place, 'old-python');
  writeFileSync(old, '#!/bin/sh\nprintf "%s\\n3.9.2\\n" "$0"\n');
  chmodSync(old, 0o755);
  await expect(findPython(join(place, 'absent'))).rejects.toThrow('No Python of at least 3.10');
  await expect(findPython(old)).rejects.toThrow('is 3.9.2');
});

test('an environment that is not there is missing, and asking for its interpreter says what to do', async () => {
  const directory = join(place, 'nothing');
  expect(await environmentState(directory)).toBe('missing');
  await expect(readyPython(directory)).rejects.toMatchObject({ code: 'unavailable' });
});

test('an environment is installed once; afterwards nothing is run', async () => {
  const { program, calls } = recordingPython('once');
  const directory = join(place, 'once-environment');
  const labels: string[] = [];
  const python = await ensureEnvironment({
    directory,
    python: program,
    pipArguments: ['--quiet'],
    onProgress: ({ step, steps, line }) => labels.push(`${step}/${steps}${line === undefined ? '' : ` ${line}`}`),
  });
  expect(python).toBe(environmentPython(directory));
  expect(calls().filter((call) => call.includes('pip install'))).toHaveLength(2);
  expect(calls().find((call) => call.includes('--no-deps'))).toContain('--quiet');
  expect(labels).toContain('2/4 Collecting torch');
  expect(labels.at(-1)).toBe('4/4');
  const before = calls().length;
  expect(await environmentState(directory)).toBe('ready');
  expect(await ensureEnvironment({ directory, python: program })).toBe(python);
  expect(await readyPython(directory)).toBe(python);
  expect(calls()).toHaveLength(before);
});

test("an installation that fails tells pip's own words and goes on from what is there the next time", async () => {
  const { program, calls, offline } = recordingPython('interrupted');
  const directory = join(place, 'interrupted-environment');
  writeFileSync(offline, '');
  await expect(ensureEnvironment({ directory, python: program })).rejects.toThrow('no matching distribution');
  expect(await environmentState(directory)).toBe('missing');
  rmSync(offline);
  await ensureEnvironment({ directory, python: program });
  expect(await environmentState(directory)).toBe('ready');
  expect(calls().filter((call) => call.startsWith('-m venv'))).toHaveLength(1);
});

test('an environment of other packages is outdated and is completed', async () => {
  const { program, calls } = recordingPython('outdated');
  const directory = join(place, 'outdated-environment');
  await ensureEnvironment({ directory, python: program });
  writeFileSync(join(directory, 'safemed-environment.json'), '{"requirements":"other","python":"3.12.1"}');
  expect(await environmentState(directory)).toBe('outdated');
  const before = calls().filter((call) => call.includes('pip install')).length;
  await ensureEnvironment({ directory, python: program });
  expect(calls().filter((call) => call.includes('pip install'))).toHaveLength(before + 2);
});

test('two that need the same environment at the same time install it once', async () => {
  const { program, calls } = recordingPython('shared');
  const directory = join(place, 'shared-environment');
  const waits: string[] = [];
  const onProgress = ({ step, label }: { step: number; label: string }): void => {
    if (step === 0) waits.push(label);
  };
  await Promise.all([1, 2].map(() => ensureEnvironment({ directory, python: program, onProgress })));
  expect(calls().filter((call) => call.startsWith('-m venv'))).toHaveLength(1);
  expect(waits).toHaveLength(1);
});

test('a lock left by a killed installer does not block', async () => {
  const { program } = recordingPython('orphaned');
  const directory = join(place, 'orphaned-environment');
  writeFileSync(`${directory}.lock`, '4194304\n'); // above the highest process number Linux gives out
  await ensureEnvironment({ directory, python: program });
  expect(await environmentState(directory)).toBe('ready');
});
