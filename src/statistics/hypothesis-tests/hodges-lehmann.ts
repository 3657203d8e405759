import { criticalZ } from '../distributions/normal.ts';
import { type Estimate, type Interval, undefinedBecause } from '../result.ts';
import { at, median } from '../vector.ts';
import { exactLimit, signedSumDistribution } from './wilcoxon.ts';

export type HodgesLehmann = Estimate<{
  interval: Interval;
  /** Coverage that the interval really has when there are no ties. */
  achievedLevel: number;
}>;

const maxPairs = 3000;

/**
 * Median of all n(n + 1)/2 Walsh averages, zeros kept, with the interval (A_q, A_(T+1−q)), q the α/2 quantile of the
 * signed-rank distribution, at least 1 (Hollander and Wolfe 1973). With ties the interval covers at least as often.
 */
export function hodgesLehmann(differences: readonly number[], level = 0.95): HodgesLehmann {
  const n = differences.length;
  if (n === 0) return undefinedBecause('no pairs');
  if (n > maxPairs) return undefinedBecause(`more than ${maxPairs} pairs: too many Walsh averages`);
  const averages = walshAverages(differences);
  const value = median(averages);
  const { q, achievedLevel } = lowerRank(n, level);
  return { value, interval: [at(averages, q - 1), at(averages, averages.length - q)], achievedLevel };
}

/** Rank of the Walsh average at the lower end, exactly for few differences, by the normal approximation for many. */
function lowerRank(n: number, level: number): { q: number; achievedLevel: number } {
  if (n > exactLimit) {
    const spread = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
    return { q: Math.max(1, Math.floor((n * (n + 1)) / 4 - criticalZ(level) * spread)), achievedLevel: level };
  }
  const masses = signedSumDistribution(Array.from({ length: n }, (_, index) => index + 1));
  const tail = (1 - level) / 2;
  let q = 0;
  let below = 0;
  while (below + at(masses, q) < tail) {
    below += at(masses, q);
    q += 1;
  }
  // Fewer than six pairs cannot reach 95 %: the widest interval is then given with the level it really has.
  return q === 0 ? { q: 1, achievedLevel: 1 - 2 * at(masses, 0) } : { q, achievedLevel: 1 - 2 * below };
}

function walshAverages(differences: readonly number[]): Float64Array {
  const averages = new Float64Array((differences.length * (differences.length + 1)) / 2);
  let next = 0;
  for (const [i, first] of differences.entries()) {
    for (let j = i; j < differences.length; j++) averages[next++] = (first + at(differences, j)) / 2;
  }
  return averages.sort();
}
