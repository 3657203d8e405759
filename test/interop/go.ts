import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Where Debian's golang-*-dev packages put their sources. */
const goPath = '/usr/share/gocode';

/** Ends the name of a test group: says why it is skipped, where it is. */
export const goMissing = (await hasGo())
  ? ''
  : ' (SKIPPED: needs the Debian packages golang-go and golang-golang-x-mod-dev)';

async function hasGo(): Promise<boolean> {
  if (!existsSync(join(goPath, 'src/golang.org/x/mod/sumdb/tlog'))) return false;
  return promisify(execFile)('go', ['version']).then(
    () => true,
    () => false,
  );
}

/** Builds one Go file, with the standard library and x/mod only, into the directory; returns the program's path. */
export async function buildGo(source: string, directory: string): Promise<string> {
  const program = join(directory, 'program');
  const settings = ['GO111MODULE=off', 'GOFLAGS=', `GOPATH=${goPath}`, `GOCACHE=${join(directory, 'cache')}`];
  await promisify(execFile)('env', [...settings, 'go', 'build', '-o', program, resolve(source)]);
  return program;
}

/** Runs a program on an input; what it printed (errors behind all else) and its exit code. */
export function runProgram(program: string, args: string[], input = ''): Promise<{ code: number; out: string }> {
  return new Promise((settle, reject) => {
    const child = spawn(program, args, { stdio: 'pipe' });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    const errors: Buffer[] = [];
    child.stderr.on('data', (part: Buffer) => errors.push(part));
    child.on('error', reject);
    child.stdin.on('error', () => undefined); // a program may end without reading; its exit code tells
    child.on('close', (code) => settle({ code: code ?? -1, out: Buffer.concat([...parts, ...errors]).toString() }));
    child.stdin.end(input);
  });
}
