import { macroDifference } from '../../statistics/intervals/macro-average.ts';
import type { PairedCounts } from '../../statistics/intervals/paired-proportions.ts';
import { comparisonWarnings, pairedParts } from '../comparisons/comparison.ts';
import { macroFigures } from '../report.ts';
import type { SetFigures, TargetReport } from '../report-schema.ts';
import type { Evaluation } from '../schema.ts';
import type { BoardEntry, BoardSet, Neighbours } from './schema.ts';

/** How many questions of a set an evaluation asks, and how many of those the board's own evaluation asks too. */
export type SharedSet = { set: string; own: number; shared: number };

/** What the order goes by when it is no set. */
export const macroOrder = 'macro';

/** How neighbours of an order are compared. */
export function boardMethod(by: string, comparisons: number): string {
  return by === macroOrder
    ? `difference of macro averages, MOVER on Tango limits, ${comparisons > 1 ? `${comparisons} intervals together at 95 % (Bonferroni)` : '95 %'}`
    : "McNemar's exact test with Holm over the neighbours, and Tango's 95 % interval";
}

/** Why the figures of another evaluation do not belong on a board; empty where they do. */
export function reasonsAgainst(
  lead: { evaluation: Evaluation; sets: ReadonlyMap<string, number> },
  other: Evaluation,
  shared: readonly SharedSet[],
): string[] {
  const reasons = comparisonWarnings(lead.evaluation, other);
  if (shared.length === 0) return [...reasons, 'it asks none of the sets'];
  for (const { set, own, shared: both } of shared)
    if (own !== both || both !== lead.sets.get(set))
      reasons.push(`the set ${set} has other questions: ${both} in common of ${own} and ${lead.sets.get(set) ?? 0}`);
  return reasons;
}

/** A target's figures on a board: those of the board's sets alone. */
export function boardEntry(
  report: TargetReport,
  sets: readonly BoardSet[],
  of: Pick<BoardEntry, 'evaluation' | 'target' | 'completedAt'>,
): BoardEntry {
  const own = report.sets.filter((figures) => sets.some((set) => set.name === figures.name));
  const asked = new Set(own.map((figures) => figures.name));
  const lacking = sets.filter((set) => !set.judged && !asked.has(set.name)).map((set) => set.name);
  const macro =
    lacking.length === 0
      ? macroFigures(own)
      : { macro: null, macroReason: `it was not asked the set ${lacking.join(', ')}` };
  return { ...macro, ...of, identity: report.identity, sets: own };
}

/** The entries best first; those without the figure last, equal ones in their order. */
export function ordered(entries: readonly BoardEntry[], sets: readonly BoardSet[], by: string): BoardEntry[] {
  const lower = sets.find((set) => set.name === by)?.polarity === 'lower-is-better';
  const worth = (entry: BoardEntry): number => {
    const value = by === macroOrder ? entry.macro : figureOf(entry.sets.find((set) => set.name === by));
    if (value === null) return Number.NEGATIVE_INFINITY;
    return lower ? -value : value;
  };
  return entries.toSorted((a, b) => {
    const [one, other] = [worth(a), worth(b)];
    return one === other ? 0 : other - one;
  });
}

function figureOf(set: SetFigures | undefined): number | null {
  return set === undefined ? null : set.judged === undefined ? set.rate : set.judged.mean;
}

/** What is known of a pair of neighbours: paired counts of the sets that order them, or why they are not compared. */
export type NeighbourCounts = { counts: PairedCounts[] } | { reason: string };

/** Which neighbours differ. By macro average all intervals hold together; by a set the exact tests are adjusted by Holm. */
export function neighbourFindings(pairs: readonly NeighbourCounts[], by: string): Neighbours[] {
  const compared = pairs.filter((pair) => 'counts' in pair).length;
  const level = 1 - 0.05 / Math.max(1, compared);
  const tested = pairedParts(
    pairs.flatMap((pair, place) => {
      const [counts] = 'counts' in pair ? pair.counts : [];
      return counts === undefined || by === macroOrder ? [] : [{ place, counts }];
    }),
  );
  return pairs.map((pair, place) => {
    const none = { place, n: 0, difference: null, interval: null, finding: 'not compared' as const };
    if (!('counts' in pair)) return { ...none, reason: pair.reason };
    if (by === macroOrder) return byMacro(place, pair.counts, level);
    const own = tested.find((one) => one.place === place);
    if (own === undefined) return none;
    const { n, difference, ci95, finding, reason } = own;
    return {
      place,
      n,
      // of the lower less the upper as computed; shown the other way round
      difference: difference === null ? null : -difference,
      interval: ci95 === null ? null : [-ci95[1], -ci95[0]],
      finding: finding === 'not distinguishable' ? finding : 'distinguishable',
      ...(reason === undefined ? {} : { reason }),
    };
  });
}

function byMacro(place: number, counts: readonly PairedCounts[], level: number): Neighbours {
  const one = macroDifference(counts, level);
  if (one.value === null)
    return { place, n: 0, difference: null, interval: null, finding: 'not compared', reason: one.reason };
  const { value, interval, n } = one;
  const differs = interval[0] > 0 || interval[1] < 0;
  return { place, n, difference: value, interval, finding: differs ? 'distinguishable' : 'not distinguishable' };
}
