import { expect, test } from 'vitest';
import { Launchers } from './schema.ts';

const slurm = { type: 'slurm', directory: '/shared' };
const problem = (value: unknown): string => Launchers.safeParse(value).error?.issues[0]?.message ?? '';

test('a launcher needs little: what is not said has a default', () => {
  expect(Launchers.parse({ cluster: slurm })).toEqual({
    cluster: { ...slurm, python: 'python3', processes: 1, sbatchArgs: [] },
  });
});

test('the launcher on this machine cannot be given another meaning', () => {
  expect(problem({ local: slurm })).toContain('"local"');
});

test('directories that a shell or a manifest would have to quote are refused, and so are secrets in the file', () => {
  expect(problem({ cluster: { ...slurm, directory: '/shared/my runs' } })).toContain('absolute path');
  expect(problem({ cluster: { ...slurm, directory: 'shared' } })).toContain('absolute path');
  expect(
    problem({ cluster: { type: 'ray', directory: '/s', address: 'http://h:1', tokenEnv: 'abc-secret' } }),
  ).toContain('environment variable');
});
