import {
  type Alternative,
  rankBiserial,
  type SignedRanks,
  signedRanks,
  type WilcoxonTest,
  wilcoxonExact,
  wilcoxonNormal,
  wilcoxonPratt,
} from '../hypothesis-tests/wilcoxon.ts';
import type { PartialResult } from '../result.ts';

/** Every form of the signed-rank test of score differences, each named in full, and the rank-biserial correlation. */
export function wilcoxonResults(differences: readonly number[], alternative: Alternative): PartialResult[] {
  const dropped = signedRanks(differences);
  // Without zeros both rules rank alike.
  const pratt = dropped.zeros === 0 ? dropped : signedRanks(differences, 'pratt');
  const side = alternative === 'two-sided' ? '' : `, one-sided (${alternative})`;
  const test = (name: string, method: string, ranks: SignedRanks, run: WilcoxonTest): PartialResult => {
    const label = { statistic: `wilcoxon.${name}`, method: `Wilcoxon signed rank, ${method}${side}` };
    if (run.value === null) return { ...label, ...run };
    const result = { ...label, value: run.value, p: run.p, ...countsOf(ranks) };
    return run.z === undefined ? result : { ...result, testStatistic: run.z };
  };
  return [
    test(
      'exactPermutation.zerosDropped',
      'exact permutation, zeros dropped',
      dropped,
      wilcoxonExact(dropped, alternative),
    ),
    test('exactPermutation.pratt', 'exact permutation, zeros by Pratt', pratt, wilcoxonExact(pratt, alternative)),
    test(
      'normal',
      'normal approximation, zeros dropped, no continuity correction',
      dropped,
      wilcoxonNormal(dropped, false, alternative),
    ),
    test(
      'normalCc',
      'normal approximation, zeros dropped, continuity correction',
      dropped,
      wilcoxonNormal(dropped, true, alternative),
    ),
    test('pratt', 'normal approximation, zeros by Pratt', pratt, wilcoxonPratt(differences, alternative)),
    {
      statistic: 'rankBiserial',
      method: 'Matched-pairs rank-biserial correlation, zeros dropped',
      ...rankBiserial(dropped),
    },
  ];
}

function countsOf({ wPlus, wMinus, zeros, nonzero, tieTerm }: SignedRanks): Pick<PartialResult, 'details' | 'notes'> {
  return {
    details: { wPlus, wMinus, zeros, nonzero, tieTerm },
    notes: [`W+ ${wPlus}, W− ${wMinus}, ${zeros} zero differences${tieTerm > 0 ? ', ties share mid-ranks' : ''}`],
  };
}
