import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, inject, vi } from 'vitest';
import { z } from 'zod';
import { statsCommands } from '../src/cli/stats/stats.ts';
import { AppError, exitCode } from '../src/core/error.ts';

export const Result = z.object({
  statistic: z.string(),
  method: z.string().min(1),
  value: z.number().nullable(),
  reason: z.string().optional(),
  pair: z.array(z.string()).optional(),
  ci95: z.array(z.number()).optional(),
  ci: z.array(z.number()).optional(),
  ciLevel: z.number().optional(),
  se: z.number().optional(),
  testStatistic: z.number().optional(),
  p: z.number().optional(),
  pHolm: z.number().optional(),
  details: z.record(z.string(), z.number()).optional(),
  n: z.int(),
});
export type Result = z.infer<typeof Result>;
export const Paired = z.object({
  pairs: z.array(
    z.object({
      a: z.string(),
      b: z.string(),
      missing: z.int(),
      conclusion: z.object({ finding: z.string(), reason: z.string() }),
      margins: z.array(z.object({ claim: z.string(), shown: z.boolean() })),
      results: z.array(Result),
    }),
  ),
  overall: z.array(Result),
  arms: z.array(z.object({ name: z.string(), n: z.int(), mean: z.number().nullable() })),
  seed: z.int(),
  notes: z.array(z.string()),
});
export const Intervals = z.object({
  groups: z.array(z.object({ name: z.string(), n: z.int(), clusters: z.int().optional(), results: z.array(Result) })),
  overall: z.array(Result),
  notes: z.array(z.string()),
});

export type Ended = { status: number | null; stdout: string; stderr: string };

/** The command as a program of its own: slow, so used where the process itself is what is tested. */
export function spawned(...args: string[]): Ended {
  return spawnSync(process.execPath, ['src/cli/main.ts', 'stats', ...args], { encoding: 'utf8' });
}

/** The same command line parsed in this process, its standard output caught. */
export function run(...args: string[]): Ended {
  const program = new Command('safemed').option('--json').exitOverride();
  statsCommands(program);
  let stdout = '';
  const caught = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  try {
    program.parse(['stats', ...args], { from: 'user' });
    return { status: 0, stdout, stderr: '' };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { status: exitCode(error.code), stdout, stderr: error.message };
  } finally {
    caught.mockRestore();
  }
}

/** What the command printed with --json, in the form that the documentation promises. */
export function json<T>(schema: z.ZodType<T>, ...args: string[]): T {
  const { status, stdout, stderr } = run(...args, '--json');
  expect(status, stderr).toBe(0);
  return schema.parse(JSON.parse(stdout));
}

/** A CSV file with that head and those rows, for as long as the suite runs. */
export function csv(header: string[], rows: (string | number | null)[][]): string {
  const path = join(mkdtempSync(join(inject('scratch'), 'stats-')), 'table.csv');
  writeFileSync(path, [header, ...rows].map((row) => row.map((cell) => cell ?? '').join(',')).join('\n'));
  return path;
}

/** The figure of that name, or an error that says that it was not printed. */
export function figure(results: Result[], statistic: string): Result {
  const found = results.find((result) => result.statistic === statistic);
  if (found === undefined) throw new Error(`the command prints no ${statistic}`);
  return found;
}

/** Fails unless the two numbers agree to the tolerance. */
export function near(actual: number | undefined, wanted: number, tolerance: number, what: string): void {
  expect(Math.abs((actual ?? Number.NaN) - wanted), `${what}: ${actual} for ${wanted}`).toBeLessThanOrEqual(
    tolerance * (1 + 1e-9),
  );
}
