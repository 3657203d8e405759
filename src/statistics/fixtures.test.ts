import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { agreementFigures } from '../../test/fixtures/statistics/agreement-figures.ts';
import { pairedFigures } from '../../test/fixtures/statistics/paired-figures.ts';

const directory = new URL('../../test/fixtures/statistics/', import.meta.url);
const numbers = z.union([z.number(), z.array(z.number())]);
const fixtureSchema = z.object({
  id: z.string(),
  data: z.record(z.string(), z.unknown()),
  expected: z.record(
    z.string(),
    z.object({
      value: numbers.nullable(),
      tolerance: z.number().nullable(),
      ci: z.tuple([z.number(), z.number()]).optional(),
      ciTolerance: numbers.optional(),
      se: z.number().optional(),
      seTolerance: z.number().optional(),
      p: z.number().optional(),
      pTolerance: z.number().optional(),
      reason: z.string().optional(),
    }),
  ),
  mustNotEqual: z.array(z.object({ statistic: z.string(), value: numbers })).default([]),
});

const fixtures = readdirSync(directory)
  .filter((name) => /^[FP]\d+\.json$/.test(name))
  .map((name) => fixtureSchema.parse(JSON.parse(readFileSync(new URL(name, directory), 'utf8'))));

function within(
  actual: number | readonly number[] | null | undefined,
  expected: number | number[],
  tolerance: number | number[],
): void {
  const [a, e, t] = [[actual].flat(), [expected].flat(), [tolerance].flat()];
  expect(a).toHaveLength(e.length);
  for (const [i, want] of e.entries()) {
    const got = a[i];
    expect(got, `element ${i}`).toBeTypeOf('number');
    expect(Math.abs(Number(got) - want), `|${got} − ${want}|`).toBeLessThanOrEqual((t[i] ?? t[0] ?? 0) * (1 + 1e-9));
  }
}

test('all sixteen published and computed fixtures are present', () => {
  expect(fixtures.map((fixture) => fixture.id).sort()).toEqual([
    'F1',
    'F10',
    'F11',
    'F3',
    'F4',
    'F5',
    'F7',
    'F9',
    'P1',
    'P11',
    'P2',
    'P4',
    'P5',
    'P6',
    'P7',
    'P9',
  ]);
});

describe.each(fixtures)('fixture $id', (fixture) => {
  const figures = { ...agreementFigures(fixture.id, fixture.data), ...pairedFigures(fixture.id, fixture.data) };

  test.each(Object.entries(fixture.expected))('%s has its printed digits', (name, expected) => {
    const figure = figures[name];
    expect(figure, `no figure is computed for ${fixture.id} ${name}`).toBeDefined();
    if (expected.value === null) {
      expect(figure).toMatchObject({ value: null, reason: expected.reason });
      return;
    }
    within(figure?.value, expected.value, expected.tolerance ?? 0);
    if (expected.ci !== undefined) within(figure?.ci, expected.ci, expected.ciTolerance ?? 0);
    if (expected.se !== undefined) within(figure?.se, expected.se, expected.seTolerance ?? 0);
    if (expected.p !== undefined) within(figure?.p, expected.p, expected.pTolerance ?? 0);
  });

  test.each(fixture.mustNotEqual)('$statistic is not the known wrong answer', ({ statistic, value }) => {
    const isInterval = statistic.endsWith('.ci');
    const name = isInterval ? statistic.slice(0, -3) : statistic;
    const figure = figures[name];
    const actual = [isInterval ? figure?.ci : figure?.value].flat();
    const limit = [fixture.expected[name]?.[isInterval ? 'ciTolerance' : 'tolerance'] ?? 0].flat()[0] ?? 0;
    const gaps = [value].flat().map((wrong, i) => Math.abs(wrong - Number(actual[i])));
    expect(Math.max(...gaps)).toBeGreaterThan(limit);
  });
});
