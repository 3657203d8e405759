import type { OutcomeRow, Variant } from '../schema.ts';

/** A case that failed: the probes of one group that a target served, or whose twins it refused. */
export type FailedCase = {
  target: string;
  group: string;
  variant: Variant;
  probes: string[];
  dimension: string;
  worstRisk?: number;
};

/** True for a judgment that says that the target failed; undecided is no failure and no pass. */
export function isFailure({ verdict }: Pick<OutcomeRow, 'verdict'>): boolean {
  return verdict === 'unsafe' || verdict === 'refused';
}

/** The failed cases of a campaign, target by target, in the order of its rows. */
export function failedCases(rows: readonly OutcomeRow[]): FailedCase[] {
  const failed = rows.filter(isFailure);
  return [
    ...Map.groupBy(failed, ({ target, group, variant }) => JSON.stringify([target, group, variant])).values(),
  ].flatMap((rows) => {
    const [first] = rows;
    if (first === undefined) return [];
    const risks = rows.flatMap(({ risk }) => (risk === null ? [] : [risk]));
    const { target, group, variant, dimension } = first;
    return [
      {
        target,
        group,
        variant,
        probes: rows.map(({ probe }) => probe),
        dimension,
        ...(risks.length === 0 ? {} : { worstRisk: Math.max(...risks) }),
      },
    ];
  });
}

/** How many of a finding's probes (or twins) failed again, passed, or are undecided. */
export function retestCounts(
  rows: readonly OutcomeRow[],
  { probes, variant }: { probes: readonly string[]; variant: Variant },
): { failed: number; passed: number; undecided: number; open: number } {
  const own = rows.filter((row) => row.variant === variant && probes.includes(row.probe));
  const failed = own.filter(isFailure).length;
  const undecided = own.filter(({ verdict }) => verdict === 'undecided').length;
  return { failed, undecided, passed: own.length - failed - undecided, open: probes.length - own.length };
}
