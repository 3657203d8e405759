import type { Arm } from '../statistics/comparisons/analysis.ts';
import { pairedTPower } from '../statistics/power/paired-power.ts';
import { pairedDifferences } from '../statistics/ranks.ts';
import { intervalOf } from '../statistics/result.ts';
import { bisect } from '../statistics/solve.ts';
import { sampleVariance } from '../statistics/vector.ts';
import type { StudyDesign } from './design-schema.ts';
import type { StudyAnalysis, StudyFinding } from './report-schema.ts';

type After = StudyAnalysis['power']['after'];

/**
 * What the data turned out to allow: width of the primary interval, spread against the plan, and what the numbers can detect. Power
 * at the observed difference is not given: it only says the p-value again (Hoenig and Heisey 2001).
 */
export function precisionOf(design: StudyDesign, arms: readonly Arm[], primary: StudyFinding): After {
  const ends = intervalOf(primary.interval);
  const after: After = [
    { text: 'half the width of the primary interval', value: ends === undefined ? null : (ends[1] - ends[0]) / 2 },
  ];
  const { contrast, outcome, assumptions, alpha, power: target } = design.registration;
  const [x, y] = [contrast.a, contrast.b].map((id) => arms.find((arm) => arm.name === id)?.values ?? []);
  const both = (x ?? []).flatMap((value, index) => {
    const other = y?.[index] ?? null;
    return value === null || other === null ? [] : [{ value, other }];
  });
  if (outcome.of === 'pass') {
    const discordant = both.filter((one) => one.value !== one.other).length;
    after.push({
      text: `share of discordant pairs (planned ${assumptions.discordance ?? 'none'})`,
      value: both.length === 0 ? null : discordant / both.length,
    });
    return after;
  }
  const differences = pairedDifferences(
    both.map((one) => one.value),
    both.map((one) => one.other),
  );
  const n = differences.length;
  const sd = n < 2 ? 0 : Math.sqrt(sampleVariance(differences));
  after.push({
    text: `standard deviation of the paired differences (planned ${assumptions.sd})`,
    value: n < 2 ? null : sd,
  });
  if (sd === 0) return after;
  const at = (difference: number): number => pairedTPower(n, { effect: difference / sd, alpha });
  after.push(
    {
      text: `power at the planned difference ${assumptions.difference} with that spread (paired t)`,
      value: at(assumptions.difference),
    },
    {
      text: `smallest difference with power ${target} at that spread (paired t)`,
      value: at(100 * sd) < target ? null : bisect((d) => at(d) - target, 0, 100 * sd),
    },
  );
  return after;
}
