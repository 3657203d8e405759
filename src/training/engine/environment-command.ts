import { spawn } from 'node:child_process';
import { AppError } from '../../core/error.ts';

export type CommandOptions = {
  cwd?: string;
  input?: string;
  signal?: AbortSignal;
  /** Called with each line of either stream. */
  onLine?: (line: string) => void;
};

const keptOfErrors = 4000;

/**
 * Runs a program to its end and returns its standard output. `unavailable` with the end of its error output when it
 * cannot be started, fails or is killed.
 */
export function runCommand(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { cwd, input, signal, onLine } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: 'pipe',
      ...(cwd === undefined ? {} : { cwd }),
      ...(signal === undefined ? {} : { signal }),
    });
    let output = '';
    let errors = '';
    const fail = (what: string, cause?: unknown): void =>
      reject(new AppError('unavailable', `${[program, ...args].join(' ').slice(0, 300)}: ${what}`, { cause }));
    const tell = lineSplitter(onLine);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      tell(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-keptOfErrors);
      tell(text);
    });
    child.stdin.on('error', () => undefined); // a child that ends early breaks the pipe; its exit code tells why
    child.stdin.end(input ?? '');
    child.on('error', (error) => fail(error.message, error));
    child.on('close', (code, killed) => {
      if (code === 0) resolve(output);
      else fail(`${code === null ? `killed by ${killed}` : `exit code ${code}`}\n${errors.trim()}`);
    });
  });
}

function lineSplitter(onLine: ((line: string) => void) | undefined): (text: string) => void {
  if (onLine === undefined) return () => undefined;
  let rest = '';
  return (text) => {
    const lines = (rest + text).split(/\r?\n|\r/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') onLine(line);
  };
}
