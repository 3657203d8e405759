import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { readRatings } from './ratings-file.ts';

const root = mkdtempSync(join(tmpdir(), 'safemed-ratings-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function file(content: string): string {
  const path = join(root, 'ratings.csv');
  writeFileSync(path, content);
  return path;
}

const cells = z.array(z.array(z.number().nullable()));
const Fixture = z.object({
  data: z.record(z.string(), z.unknown()),
  expected: z.record(
    z.string(),
    z.object({
      value: z.union([z.number(), z.array(z.number())]).nullable(),
      tolerance: z.number().nullable(),
      ci: z.tuple([z.number(), z.number()]).optional(),
      ciTolerance: z.union([z.number(), z.array(z.number())]).optional(),
    }),
  ),
});

const Printed = z.object({
  results: z.array(
    z.object({
      statistic: z.string(),
      method: z.string().min(1),
      value: z.number().nullable(),
      reason: z.string().optional(),
      pair: z.array(z.string()).optional(),
      ci95: z.array(z.number()).optional(),
      n: z.int(),
      raters: z.int(),
    }),
  ),
  seed: z.int(),
});

function fixture(id: string): z.infer<typeof Fixture> {
  return Fixture.parse(JSON.parse(readFileSync(`test/fixtures/statistics/${id}.json`, 'utf8')));
}

function command(table: (number | null)[][], ...options: string[]): z.infer<typeof Printed> {
  const path = file(table.map((row) => `${row.map((cell) => cell ?? '').join(',')}\n`).join(''));
  const args = ['src/cli/main.ts', 'stats', 'agreement', path, '--json', ...options];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).toBe(0);
  return Printed.parse(JSON.parse(stdout));
}

/** Raw ratings that have these counts; which rater gave which rating is of no matter to the figures compared here. */
function fromCounts(counts: number[][]): number[][] {
  return counts.map((row) => row.flatMap((count, category) => new Array<number>(count).fill(category + 1)));
}

function fromJoint(joint: number[][]): number[][] {
  return joint.flatMap((row, a) => row.flatMap((count, b) => Array.from({ length: count }, () => [a + 1, b + 1])));
}

const scaleOf = (n: number): string[] => ['--scale', ...Array.from({ length: n }, (_, index) => String(index + 1))];
const { data: f11 } = fixture('F11');
const anxiety = z.record(z.string(), z.array(z.number())).parse(f11.raters);
const rows = (anxiety.r1 ?? []).map((_, i) => ['r1', 'r2', 'r3'].map((name) => anxiety[name]?.[i] ?? null));
const paradox = z.record(z.string(), z.array(z.array(z.number()))).parse(fixture('F9').data);

/** Figures of a fixture that are parts of a figure, or wrong on purpose: the command does not print them by themselves. */
const notPrinted =
  /\.(pe|z|ase0|perCategory|irrcac)$|^anova\.|^categoryTotals$|^pairableValues$|droppedUnusedCategory$/;
const printedName = (name: string): string =>
  name
    .replace(/^[abc]\./, '')
    .replace('.r2r3', '')
    .replace('weighted.identity.gwetAC', 'gwetAC1')
    .replace('weighted.identity.krippendorffAlpha', 'krippendorffAlpha.nominal')
    .replace('weighted.identity.', '')
    .replace(/^icc\.(\d)_4$/, 'icc.$1_k');

test.each([
  ['F1', cells.parse(fixture('F1').data.units), ['--level', 'ratio', ...scaleOf(5)], /./],
  ['F3', cells.parse(fixture('F3').data.units), scaleOf(5), /./],
  ['F4', fromCounts(z.array(z.array(z.number())).parse(fixture('F4').data.counts)), scaleOf(5), /./],
  [
    'F5',
    fromJoint(z.array(z.array(z.number())).parse(fixture('F5').data.table)),
    ['--level', 'ordinal', ...scaleOf(3)],
    /./,
  ],
  ['F9', fromJoint(paradox.a ?? []), scaleOf(2), /^a\./],
  ['F9', fromJoint(paradox.b ?? []), scaleOf(2), /^b\./],
  ['F9', fromJoint(paradox.c ?? []), scaleOf(2), /^c\./],
  ['F10', cells.parse(fixture('F10').data.ratings), ['--level', 'interval'], /./],
  ['F11', rows, ['--level', 'ordinal', ...scaleOf(6)], /./],
])('stats agreement prints every figure of %s to its digits (table %#)', (id, table, options, part) => {
  const printed = command(table, ...options);
  const wanted = Object.entries(fixture(id).expected).filter(([name]) => part.test(name) && !notPrinted.test(name));
  expect(wanted.length).toBeGreaterThan(0);
  for (const [name, expected] of wanted) {
    const pair = name.includes('r2r3') ? ['rater 2', 'rater 3'] : undefined;
    const found = printed.results.find(
      (one) =>
        one.statistic === printedName(name) &&
        (pair === undefined || JSON.stringify(one.pair) === JSON.stringify(pair)),
    );
    expect(found, name).toBeDefined();
    expect(Math.abs(Number(found?.value) - Number(expected.value)), name).toBeLessThanOrEqual(
      (expected.tolerance ?? 0) * (1 + 1e-9),
    );
    const [low, high] = expected.ci ?? [];
    if (low === undefined || high === undefined) continue;
    const slack = [expected.ciTolerance ?? 0].flat();
    expect(Math.abs((found?.ci95?.[0] ?? Number.NaN) - low), `${name} lower`).toBeLessThanOrEqual(slack[0] ?? 0);
    expect(Math.abs((found?.ci95?.[1] ?? Number.NaN) - high), `${name} upper`).toBeLessThanOrEqual(slack.at(-1) ?? 0);
  }
});

test('a header that was given by mistake is refused, not taken for a unit', () => {
  for (const [level, content] of [
    ['interval', 'anna,ben\n1,2\n2,2\n'],
    ['nominal', 'anna,ben\nyes,no\nno,no\n'],
  ] as const) {
    expect(() => readRatings(file(content), level, undefined)).toThrow(/line 1: “anna, ben” looks like the names/);
    expect(readRatings(file(content), level, true)).toMatchObject({ raterNames: ['anna', 'ben'] });
  }
  expect(readRatings(file('anna,ben\nyes,no\nno,no\n'), 'nominal', false).ratings).toHaveLength(3);
  expect(readRatings(file('yes,no\nyes,yes\nno,no\n'), 'nominal', undefined).ratings).toHaveLength(3);
});

test('an empty line between rows is a unit that nobody rated, empty lines at the end are not', () => {
  const read = readRatings(file('1,2\n\n2,\n,\n3,3\n\n\n'), 'ordinal', undefined);
  expect(read).toEqual({
    unrated: 1,
    ratings: [
      ['1', '2'],
      [null, null],
      ['2', null],
      [null, null],
      ['3', '3'],
    ],
  });
});

test('a byte order mark, Windows line ends, quoted cells and blanks around them change nothing', () => {
  const read = readRatings(file('\ufeff1, "2"\r\n"yes, but",3\r\n'), 'nominal', undefined);
  expect(read.ratings).toEqual([
    ['1', '2'],
    ['yes, but', '3'],
  ]);
});

test.each([
  ['text at an interval level', '1,2\n2,x\n', 'interval', /line 2, column 2: “x” is not a number/],
  ['a row of another length', '1,2\n1\n', 'nominal', /line 2: 1 columns, but the first row has 2/],
  ['semicolons', '1;2\n2;2\n', 'nominal', /Separate the columns with commas/],
  ['an open quote', '"1,2\n', 'nominal', /cannot be read as CSV/],
  ['an empty file', '\n\n', 'nominal', /is empty/],
] as const)('%s is refused with the place and what to do', (_, content, level, message) => {
  expect(() => readRatings(file(content), level, undefined)).toThrow(message);
});
