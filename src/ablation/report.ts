import { pairedFigures } from '../evaluation/comparisons/comparison.ts';
import type { PairedFigures } from '../evaluation/comparisons/schema.ts';
import { holm } from '../statistics/hypothesis-tests/holm.ts';
import { twoWayClusteredMean } from '../statistics/intervals/two-way-clustered.ts';
import type { AblationReport, ArmState, PooledFigures, StartAblation } from './schema.ts';

/** Whether both arms answered a question rightly under one seed. */
export type AnsweredPair = { question: string; set: string; seed: number; full: boolean; without: boolean };

export const pooledTest =
  't test and interval with two-way cluster-robust variance over questions and seeds (Cameron, Gelbach & Miller 2011), on one degree of freedom less than there are seeds or questions';
const alpha = 0.05;

/** The paired figures of each seed: a is the arm without the part, b the full one. */
export function seedFigures(
  pairs: readonly AnsweredPair[],
  seeds: readonly number[],
): (PairedFigures & { seed: number })[] {
  return seeds.map((seed) => {
    const counts = { a: 0, b: 0, c: 0, d: 0 };
    for (const one of pairs)
      if (one.seed === seed) counts[one.full ? (one.without ? 'a' : 'c') : one.without ? 'b' : 'd']++;
    return { seed, ...pairedFigures(counts) };
  });
}

/**
 * The figures over all seeds. Questions are shared by the seeds and seeds by the questions, so an observation is no
 * independent one; with one seed there is a difference and no interval.
 */
export function pooledFigures(pairs: readonly AnsweredPair[]): PooledFigures {
  const n = pairs.length;
  const share = (count: number): number | null => (n === 0 ? null : count / n);
  const full = pairs.filter((one) => one.full).length;
  const without = pairs.filter((one) => one.without).length;
  const tested = twoWayClusteredMean(
    pairs.map((one) => ({ value: Number(one.full) - Number(one.without), first: one.question, second: one.seed })),
  );
  const seeds = new Set(pairs.map((one) => one.seed)).size;
  const common = {
    questions: new Set(pairs.map((one) => one.question)).size,
    seeds,
    rateFull: share(full),
    rateWithout: share(without),
    difference: share(full - without),
  };
  if (tested.value === null) {
    const reason = seeds === 1 ? 'one seed says nothing of how much another one would differ' : tested.reason;
    return { ...common, ci95: null, p: null, reason, finding: 'not distinguishable' };
  }
  const { p, ci95, value } = tested;
  return { ...common, ci95, p, finding: findingOf(p, value) };
}

function findingOf(p: number, difference: number): PooledFigures['finding'] {
  return p >= alpha ? 'not distinguishable' : difference > 0 ? 'full better' : 'without better';
}

/** The pooled figures of each set, p adjusted by Holm over the sets that have one; the finding follows the adjusted p. */
export function setFigures(pairs: readonly AnsweredPair[]): (PooledFigures & { name: string })[] {
  const bySet = [...Map.groupBy(pairs, (one) => one.set)].sort(([a], [b]) => (a < b ? -1 : 1));
  const figures = bySet.map(([name, own]) => ({ name, ...pooledFigures(own) }));
  const tested = figures.filter((one) => one.p !== null);
  const adjusted = holm(tested.map((one) => one.p ?? 1));
  for (const [index, one] of tested.entries()) {
    one.pHolm = adjusted[index] ?? 1;
    one.finding = findingOf(one.pHolm, one.difference ?? 0);
  }
  return figures;
}

/** What may be said of an ablation, in one sentence. */
export function conclusionOf(
  { omit, release }: Pick<StartAblation, 'omit' | 'release'>,
  omitted: number | null,
  pooled: PooledFigures,
): string {
  const part = `the part "${omit}" of "${release}" (${omitted ?? 'an unknown number of'} rows)`;
  if (pooled.difference === null) return `Nothing can be said of ${part} yet: no question was answered by both arms.`;
  const points = `${(100 * Math.abs(pooled.difference)).toFixed(1)} percentage points`;
  const direction = pooled.difference === 0 ? 'as high' : `${points} ${pooled.difference > 0 ? 'higher' : 'lower'}`;
  const interval =
    pooled.ci95 === null
      ? `no interval: ${pooled.reason}`
      : `95 % interval ${pooled.ci95.map((end) => (100 * end).toFixed(1)).join(' to ')}`;
  const measured =
    `accuracy with ${part} is ${direction} as without it (${interval}; ${pooled.questions} questions, ${pooled.seeds} ${pooled.seeds === 1 ? 'seed' : 'seeds'})`
      .replace('higher as', 'higher than')
      .replace('lower as', 'lower than');
  return pooled.finding === 'not distinguishable'
    ? `Not distinguishable: ${measured}.`
    : `${measured.charAt(0).toUpperCase()}${measured.slice(1)}: ${pooled.finding === 'full better' ? 'it helps on these questions' : 'it harms on these questions'}, under this recipe and base.`;
}

/** What else can explain a difference, or the lack of one. */
export function caveatsOf(
  input: StartAblation,
  arms: readonly ArmState[],
  report: Pick<AblationReport, 'seeds' | 'pooled'>,
): string[] {
  const caveats: string[] = [];
  const rows = (arm: ArmState['arm']): number[] => arms.flatMap((one) => (one.arm === arm ? (one.rows ?? []) : []));
  const [full, without] = [[...new Set(rows('full'))], [...new Set(rows('without'))]];
  if (full.length > 0 && without.length > 0)
    caveats.push(
      `${full.join(', ')}` === `${without.join(', ')}`
        ? `Both arms were offered ${full.join(' or ')} rows${input.matchRows ? '; those of the full arm are drawn anew by each seed' : ''}.`
        : `The full arm was offered ${full.join(' or ')} rows, the other ${without.join(' or ')}: their number alone can make a difference. With matched rows it cannot.`,
    );
  if (input.matchRows || (input.rows !== undefined && full.includes(input.rows)))
    caveats.push(
      'The full arm was offered a sample of the rows, so it holds the part only in proportion: its effect may look smaller than it is.',
    );
  if (input.maxSteps === undefined && !input.matchRows)
    caveats.push('The number of steps follows the number of rows, so the arms were trained for different lengths.');
  if (input.seeds.length < 3)
    caveats.push(
      `${input.seeds.length === 1 ? 'One seed' : 'Two seeds'}: how much training varies by itself is hardly known.`,
    );
  if (report.pooled.finding === 'not distinguishable')
    caveats.push('That two arms cannot be told apart does not show that they are equal.');
  const signs = new Set(report.seeds.flatMap((one) => Math.sign(one.difference ?? 0) || []));
  if (signs.size === 2) caveats.push('The seeds do not agree on the direction of the difference.');
  return caveats;
}
