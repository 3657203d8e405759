import { findingOf } from '../../statistics/comparisons/finding.ts';
import { holm } from '../../statistics/hypothesis-tests/holm.ts';
import { mcnemarExact } from '../../statistics/hypothesis-tests/mcnemar.ts';
import { type PairedCounts, tangoInterval } from '../../statistics/intervals/paired-proportions.ts';
import type { Evaluation } from '../schema.ts';
import type { PairedFigures } from './schema.ts';

export const comparisonTest = 'McNemar, exact, two-sided';
export const comparisonInterval = 'Tango score interval, 95 %';
const primary = { test: 'mcnemar.exact', interval: 'tango.difference' };
const alpha = 0.05;

/**
 * The paired figures of two targets on the same questions: a both right, b only the first, c only the second, d neither.
 * The difference is that of the second minus that of the first, so that a gain of the second is positive.
 */
export function pairedFigures({ a, b, c, d }: PairedCounts): PairedFigures {
  const n = a + b + c + d;
  const test = mcnemarExact({ b, c });
  const tango = tangoInterval({ b: c, c: b, n });
  return judged({
    n,
    both: a,
    onlyA: b,
    onlyB: c,
    neither: d,
    rateA: n === 0 ? null : (a + b) / n,
    rateB: n === 0 ? null : (a + c) / n,
    difference: tango.value,
    ci95: tango.value === null ? null : tango.interval,
    p: test.value === null ? null : test.p,
    ...(test.value === null ? { reason: test.reason } : {}),
  });
}

/** The figures with what they show, by the one rule for all comparisons (decision 0034), and why where they show nothing. */
function judged(figures: Omit<PairedFigures, 'finding'>): PairedFigures {
  const { n, p, pHolm, reason: undefinedTest, difference, ci95 } = figures;
  const { finding, reason } = findingOf(
    [
      {
        statistic: primary.test,
        method: comparisonTest,
        value: p,
        n,
        ...(p === null ? {} : { p }),
        ...(pHolm === undefined ? {} : { pHolm }),
        ...(undefinedTest === undefined ? {} : { reason: undefinedTest }),
      },
      {
        statistic: primary.interval,
        method: comparisonInterval,
        value: difference,
        n,
        ...(ci95 === null ? {} : { ci95 }),
      },
    ],
    primary,
    alpha,
  );
  if (finding === 'not distinguishable') return { ...figures, reason, finding };
  return { ...figures, finding: finding === 'first higher' ? 'b better' : 'a better' };
}

/**
 * The same for each of several parts, sets or slices, with p adjusted by Holm over those in which a pair differs; the
 * finding follows the adjusted p.
 */
export function pairedParts<Part>(
  parts: (Part & { counts: PairedCounts })[],
): (PairedFigures & Omit<Part, 'counts'>)[] {
  const figures = parts.map(({ counts, ...part }) => ({ part, own: pairedFigures(counts) }));
  const tested = figures.filter(({ own }) => own.p !== null);
  const adjusted = holm(tested.map(({ own }) => own.p ?? 1));
  for (const [index, one] of tested.entries()) {
    const { finding: _, reason: __, ...own } = one.own;
    one.own = judged({ ...own, pHolm: adjusted[index] ?? 1 });
  }
  return figures.map(({ part, own }) => ({ ...part, ...own }));
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
  for (const key of ['examples', 'judges'] as const) {
    const [one, other] = [a, b].map(({ settings }) => JSON.stringify(settings[key] ?? null));
    if (one !== other) warnings.push(`${key} differ: ${one} against ${other}`);
  }
  if (a.profileDigest !== b.profileDigest) warnings.push('the profile differs, and with it perhaps the prompts');
  return warnings;
}
