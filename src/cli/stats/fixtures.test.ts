import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { csv, figure, Intervals, json, near, Paired, type Result, run } from '../../../test/stats-command.ts';

const numbers = z.union([z.number(), z.array(z.number())]);
const Expected = z.record(
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
);
type Expected = z.infer<typeof Expected>[string];

function fixture(id: string): { data: Record<string, unknown>; expected: z.infer<typeof Expected> } {
  return z
    .object({ data: z.record(z.string(), z.unknown()), expected: Expected })
    .parse(JSON.parse(readFileSync(`test/fixtures/statistics/${id}.json`, 'utf8')));
}

type Printed = {
  value?: number | null;
  p?: number | undefined;
  ci95?: number[] | undefined;
  ci?: number[] | undefined;
};

/** Compares what stands in the fixture, and only that. */
function agrees(name: string, wanted: Expected, actual: Printed): void {
  if (typeof wanted.value === 'number') near(actual.value ?? undefined, wanted.value, wanted.tolerance ?? 0, name);
  if (wanted.p !== undefined) near(actual.p, wanted.p, wanted.pTolerance ?? 0, `${name} p`);
  const interval = actual.ci95 ?? actual.ci;
  for (const end of [0, 1] as const)
    if (wanted.ci !== undefined)
      near(
        interval?.[end],
        wanted.ci[end],
        [wanted.ciTolerance ?? 0].flat()[end] ?? [wanted.ciTolerance ?? 0].flat()[0] ?? 0,
        `${name} ci`,
      );
}

const list = z.array(z.number());

test('P1: every form of the signed-rank test, both sides, and Hodges–Lehmann', () => {
  const { data, expected } = fixture('P1');
  const [x, y] = [list.parse(data.x), list.parse(data.y)];
  const file = csv(
    ['patient', 'before', 'after'],
    x.map((value, i) => [`p${i}`, value, y[i] ?? null]),
  );
  const [pair] = json(Paired, 'paired', file).pairs;
  const results = pair?.results ?? [];
  const one = (name: string): Expected => expected[name] ?? { value: null, tolerance: null };
  agrees('exact', one('wilcoxon.exact.twoSided'), figure(results, 'wilcoxon.exactPermutation.zerosDropped'));
  agrees('normal', one('wilcoxon.normal.twoSided'), figure(results, 'wilcoxon.normal'));
  agrees('cc', one('wilcoxon.normalCc.twoSided'), figure(results, 'wilcoxon.normalCc'));
  agrees('hl', one('hodgesLehmann'), figure(results, 'hodgesLehmann'));
  const [greater] = json(Paired, 'paired', file, '--alternative', 'greater').pairs;
  agrees(
    'greater',
    one('wilcoxon.exact.greater'),
    figure(greater?.results ?? [], 'wilcoxon.exactPermutation.zerosDropped'),
  );
});

test('P2: differences of one column against zero', () => {
  const { data, expected } = fixture('P2');
  const file = csv(
    ['cross', 'self'],
    list.parse(data.differences).map((d) => [d, 0]),
  );
  const results = json(Paired, 'paired', file).pairs[0]?.results ?? [];
  const names: Record<string, string> = {
    'wilcoxon.exact.twoSided': 'wilcoxon.exactPermutation.zerosDropped',
    'wilcoxon.normal.twoSided': 'wilcoxon.normal',
    'wilcoxon.normalCc.twoSided': 'wilcoxon.normalCc',
    hodgesLehmann: 'hodgesLehmann',
  };
  for (const [name, statistic] of Object.entries(names)) {
    const wanted = expected[name];
    expect(wanted, name).toBeDefined();
    if (wanted !== undefined) agrees(name, wanted, figure(results, statistic));
  }
  const t = figure(results, 'meanDifference');
  const wanted = expected.pairedT;
  if (wanted === undefined) throw new Error('P2 has no pairedT');
  agrees('t', wanted, { ...t, value: t.testStatistic ?? null });
});

const Counts = z.object({
  a: z.number().default(0),
  b: z.number(),
  c: z.number(),
  d: z.number().default(0),
});

function counted(data: unknown, ...options: string[]): Result[] {
  const { a, b, c, d } = Counts.parse(data);
  return json(Paired, 'paired', '--counts', `${a},${b},${c},${d}`, ...options).pairs[0]?.results ?? [];
}

test.each(['m1', 'cavo', 'none'])('P4 %s: McNemar in all forms, from counts', (name) => {
  const { data, expected } = fixture('P4');
  const results = counted(data[name]);
  const wanted = Object.entries(expected).filter(([key]) => key.startsWith(`${name}.`));
  expect(wanted.length).toBeGreaterThan(0);
  for (const [key, one] of wanted) {
    if (one.value === null) {
      expect(figure(results, 'mcnemar.exact')).toMatchObject({ value: null, reason: one.reason });
      continue;
    }
    const [, statistic = '', part] = /^\w+\.(mcnemar\.\w+?)(?:\.(p))?$/.exec(key) ?? [];
    const found = figure(results, statistic === 'mcnemar.z' ? 'mcnemar.chi2' : statistic);
    const value = part === 'p' ? found.p : statistic === 'mcnemar.z' ? found.testStatistic : found.value;
    agrees(key, one, { ...found, value: value ?? null });
  }
});

test.each(['cavo', 'extreme', 'bentur'])('P5 %s: difference of paired proportions with its intervals', (name) => {
  const { data, expected } = fixture('P5');
  const results = counted(data[name]);
  const wanted = Object.entries(expected).filter(([key]) => key.startsWith(`${name}.`));
  expect(wanted.length).toBeGreaterThan(0);
  for (const [key, one] of wanted) agrees(key, one, figure(results, `${key.split('.')[1]}.difference`));
});

test('P6: non-inferiority by Tango, with 90 % and 95 % intervals', () => {
  const { data, expected } = fixture('P6');
  const ninety = counted(data, '--margin', '0.1', '--alpha', '0.1');
  const one = (name: string): Expected => expected[name] ?? { value: null, tolerance: null };
  agrees('Z', one('tango.noninferiority.Z'), figure(ninety, 'tango.noninferiority'));
  agrees('90', one('tango.difference.ci90'), figure(ninety, 'tango.difference'));
  expect(figure(ninety, 'tango.difference').ciLevel).toBeCloseTo(0.9, 12);
  agrees('95', one('tango.difference.ci95'), figure(counted(data), 'tango.difference'));
});

test('P7: Holm', () => {
  const { data, expected } = fixture('P7');
  for (const [name, raw] of Object.entries(data)) {
    const { adjusted } = json(z.object({ adjusted: list }), 'holm', ...list.parse(raw).map(String));
    const wanted = list.parse(expected[`${name}.holm`]?.value);
    for (const [i, value] of wanted.entries()) near(adjusted[i], value, 1e-9, `${name} ${i}`);
  }
});

test('P9: BCa of a variance and of a correlation', () => {
  const { data, expected } = fixture('P9');
  const options = ['--tie-rule', 'strict', '--replicates', '100000'];
  const spatial = csv(
    ['value'],
    list.parse(data.spatialA).map((value) => [value]),
  );
  const variance = json(Intervals, 'intervals', spatial, '--statistic', 'variance', '--alpha', '0.1', ...options);
  const bca = figure(variance.groups[0]?.results ?? [], 'variance.bootstrap.bca90.strictTies');
  const one = (name: string): Expected => expected[name] ?? { value: null, tolerance: null };
  agrees('theta', one('spatial.theta'), bca);
  agrees('bca90', one('spatial.bca90'), bca);
  agrees('a', one('spatial.acceleration'), { value: bca.details?.acceleration ?? null });
  const [lsat, gpa] = [list.parse(data.lsat), list.parse(data.gpa)];
  const law = csv(
    ['lsat', 'gpa'],
    lsat.map((value, i) => [value, gpa[i] ?? null]),
  );
  const results = json(Paired, 'paired', law, ...options).pairs[0]?.results ?? [];
  const r = figure(results, 'correlation.bca95.strictTies');
  agrees('r', one('law.r'), r);
  agrees('a', one('law.acceleration'), { value: r.details?.acceleration ?? null });
  agrees('percentile', one('law.percentile95'), figure(results, 'correlation.percentile95'));
  const bcaName = Object.keys(expected).find((name) => /^law\.bca95/.test(name) && !/regression|boot/i.test(name));
  if (bcaName !== undefined) agrees(bcaName, one(bcaName), r);
});

describe('P11, the synthetic study', () => {
  const { data, expected } = fixture('P11');
  const arms = { M: list.parse(data.M), P1: list.parse(data.P1), P2: list.parse(data.P2) };
  const study = (...names: (keyof typeof arms)[]): string =>
    csv(
      ['vignette', ...names],
      arms.M.map((_, i) => [`v${i}`, ...names.map((name) => arms[name][i] ?? null)]),
    );
  const options = ['--margin', '1', '--pass-threshold', '20', '--pass-margin', '0.1'];
  // P2 stands before P1, so that the differences have the signs of the fixture.
  const file = study('M', 'P2', 'P1');
  const mid = json(Paired, 'paired', file, ...options);
  const strict = json(Paired, 'paired', file, ...options, '--tie-rule', 'strict');

  const bare: Record<string, string> = {
    'wilcoxon.pratt.Z': 'wilcoxon.pratt',
    'noninferiority.margin1.t': 'noninferiority.t',
    'tango.pass': 'tango.difference',
  };
  const parts: [RegExp, string, (found: Result) => number | undefined][] = [
    [/^wilcoxon\.(Wplus)$/, 'wilcoxon.normal', (found) => found.details?.wPlus],
    [/^wilcoxon\.(Wminus)$/, 'wilcoxon.normal', (found) => found.details?.wMinus],
    [/^wilcoxon\.(zeros)$/, 'wilcoxon.normal', (found) => found.details?.zeros],
    [/\.acceleration$/, 'bootstrapMean.exact.bca95.midTies', (found) => found.details?.acceleration],
    [/exact\.z0\.midTies$/, 'bootstrapMean.exact.bca95.midTies', (found) => found.details?.z0],
    [/exact\.z0\.strictTies$/, 'bootstrapMean.exact.bca95.strictTies', (found) => found.details?.z0],
  ];

  /** What the fixture asks for, out of what the command printed; undefined for a name this table does not know. */
  function printed(pair: Result[], name: string): Printed | undefined {
    const part = parts.find(([pattern]) => pattern.test(name));
    if (part !== undefined) return { value: part[2](figure(pair, part[1])) ?? null };
    if (name === 'wilcoxon.pratt.Z') {
      const found = figure(pair, 'wilcoxon.pratt');
      return { ...found, value: found.testStatistic ?? null };
    }
    const own = pair.find((result) => result.statistic === (bare[name] ?? name));
    if (own !== undefined) return own;
    const base = name.replace(/\.(p)$/, '');
    const tested = pair.find((result) => result.statistic === base);
    return tested === undefined || base === name ? undefined : { value: tested.p ?? null };
  }

  const known = Object.entries(expected).flatMap(([name, wanted]) => {
    const [, pair = '', statistic = ''] = /^((?:M|P2)-P[12])\.(.+)$/.exec(name) ?? [];
    const [a, b] = pair.split('-');
    const results = [mid, strict].flatMap(
      (report) => report.pairs.find((one) => one.a === a && one.b === b)?.results ?? [],
    );
    const actual = results.length === 0 ? undefined : printed(results, statistic);
    return actual === undefined ? [] : [{ name, wanted, actual }];
  });

  test('most figures of the fixture are printed under the same names', () => {
    expect(known.length).toBeGreaterThanOrEqual(50);
  });

  test.each(known)('$name', ({ name, wanted, actual }) => agrees(name, wanted, actual));

  test('all arms, by Friedman and its comparisons', () => {
    const { overall } = json(Paired, 'paired', study('M', 'P1', 'P2'));
    near(figure(overall, 'friedman').value ?? undefined, 26.137931, 5e-6, 'Friedman');
    near(figure(overall, 'friedman').p, 2.109698e-6, 5e-12, 'Friedman p');
    expect(figure(overall, 'friedman').details).toMatchObject({ 'rankSum.M': 75, 'rankSum.P1': 38, 'rankSum.P2': 67 });
    near(figure(overall, 'kendallW').value ?? undefined, 0.435632, 5e-6, 'W');
    near(figure(overall, 'imanDavenport').value ?? undefined, 22.384929, 5e-6, 'F');
    const nemenyi = overall.filter((result) => result.statistic === 'nemenyi').map((result) => result.p);
    near(nemenyi[0], 5.3234e-6, 5e-10, 'M-P1');
    near(nemenyi[1], 0.556117, 5e-6, 'M-P2');
    near(nemenyi[2], 5.31367e-4, 5e-9, 'P1-P2');
  });

  test('people read which comparison is a finding and which is not, and why', () => {
    const { stdout } = run('paired', study('M', 'P1', 'P2'), ...options);
    expect(stdout).toMatch(/M − P1: M is higher/);
    expect(stdout).toMatch(
      /M − P2: not distinguishable \(p \(Holm\) = 0\.043, but the interval \[0\.0, 0\.8\] includes 0/,
    );
    expect(stdout).toMatch(/seed 1/);
    expect(stdout).toMatch(/non-inferiority not shown within 0\.1/);
  });
});
