/** Verdict by a calibrated probability: negative at or below `lower`, positive at or above `upper`, else undecided. */
export type Band = { lower: number; upper: number };

export type Scored = { probability: number; positive: boolean };

export type Decision = 'positive' | 'negative' | 'undecided';

/** What an undecided case costs, where a wrong verdict costs 1: below that, asking a person is the cheaper way. */
export const undecidedCost = 0.25;

const lowers = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4];
const uppers = [0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];

export function decide(band: Band, probability: number): Decision {
  if (probability <= band.lower) return 'negative';
  return probability >= band.upper ? 'positive' : 'undecided';
}

/**
 * The undecided band that costs least on these cases (Chow 1970): 1 for each wrong verdict, 0.25 for each undecided one.
 * It is never narrower than 0.4 to 0.6, however well the cases are told apart; of equal bands the wider one is taken.
 */
export function chooseBand(cases: readonly Scored[]): Band {
  let best: { band: Band; cost: number } | undefined;
  for (const lower of lowers)
    for (const upper of uppers.toReversed()) {
      const band = { lower, upper };
      const cost = cases.reduce((sum, one) => sum + costOf(band, one), 0);
      if (best === undefined || cost < best.cost - 1e-9) best = { band, cost };
    }
  return best?.band ?? { lower: 0.4, upper: 0.6 };
}

function costOf(band: Band, { probability, positive }: Scored): number {
  const decision = decide(band, probability);
  if (decision === 'undecided') return undecidedCost;
  return (decision === 'positive') === positive ? 0 : 1;
}
