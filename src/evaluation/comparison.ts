import { holm } from '../statistics/holm.ts';
import { mcnemarExact } from '../statistics/mcnemar.ts';
import { type PairedCounts, tangoInterval } from '../statistics/paired-proportions.ts';
import type { PairedFigures } from './report-schema.ts';
import type { Evaluation } from './schema.ts';

export const comparisonTest = 'McNemar, exact, two-sided';
export const comparisonInterval = 'Tango score interval, 95 %';
const alpha = 0.05;

/**
 * The paired figures of two targets on the same questions: a both right, b only the first, c only the second, d neither.
 * The difference is that of the second minus that of the first, so that a gain of the second is positive.
 */
export function pairedFigures({ a, b, c, d }: PairedCounts): PairedFigures {
  const n = a + b + c + d;
  const test = mcnemarExact({ b, c });
  const tango = tangoInterval({ b: c, c: b, n });
  const p = test.value === null ? null : test.p;
  return {
    n,
    both: a,
    onlyA: b,
    onlyB: c,
    neither: d,
    rateA: n === 0 ? null : (a + b) / n,
    rateB: n === 0 ? null : (a + c) / n,
    difference: tango.value,
    ci95: tango.value === null ? null : tango.interval,
    p,
    ...(test.value === null ? { reason: test.reason } : {}),
    finding: p === null || p >= alpha ? 'not distinguishable' : c > b ? 'b better' : 'a better',
  };
}

/**
 * The same for each of several parts, sets or slices, with p adjusted by Holm over those in which a pair differs; the
 * finding follows the adjusted p.
 */
export function pairedParts<Part>(
  parts: (Part & { counts: PairedCounts })[],
): (PairedFigures & Omit<Part, 'counts'>)[] {
  const figures = parts.map(({ counts, ...part }) => ({ ...part, ...pairedFigures(counts) }));
  const tested = figures.filter((one) => one.p !== null);
  const adjusted = holm(tested.map((one) => one.p ?? 1));
  for (const [index, one] of tested.entries()) {
    one.pHolm = adjusted[index] ?? 1;
    if (one.pHolm >= alpha) one.finding = 'not distinguishable';
  }
  return figures;
}

/** Where b is significantly worse than a: over all, in a set, or in a slice, each family adjusted on its own. */
export function regressionsOf(report: {
  overall: PairedFigures;
  sets: (PairedFigures & { name: string })[];
  slices: (PairedFigures & { by: string; value: string })[];
}): string[] {
  const worse = (one: PairedFigures): boolean => one.finding === 'a better';
  return [
    ...(worse(report.overall) ? ['over all questions'] : []),
    ...report.sets.filter(worse).map((one) => `in the set ${one.name}`),
    ...report.slices.filter(worse).map((one) => `where ${one.by} is ${one.value}`),
  ];
}

/** Adds up counts over sets. */
export function totalCounts(counts: PairedCounts[]): PairedCounts {
  const total = { a: 0, b: 0, c: 0, d: 0 };
  for (const one of counts) for (const key of ['a', 'b', 'c', 'd'] as const) total[key] += one[key];
  return total;
}

/** What makes two evaluations hard to compare: other settings, another profile, or an unfinished run. */
export function comparisonWarnings(a: Evaluation, b: Evaluation): string[] {
  const warnings: string[] = [];
  for (const one of a.id === b.id ? [a] : [a, b])
    if (one.completedAt === undefined)
      warnings.push(`evaluation ${one.id} is not complete: the figures cover what was answered so far`);
  for (const key of ['method', 'systemPrompt', 'maxTokens', 'seed', 'temperature', 'orders', 'repeats'] as const)
    if (a.settings[key] !== b.settings[key])
      warnings.push(`${key} differs: ${a.settings[key] ?? 'default'} against ${b.settings[key] ?? 'default'}`);
  if (a.profileDigest !== b.profileDigest) warnings.push('the profile differs, and with it perhaps the prompts');
  return warnings;
}
