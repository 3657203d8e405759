import { holm } from '../../statistics/hypothesis-tests/holm.ts';
import { mcnemarExact } from '../../statistics/hypothesis-tests/mcnemar.ts';
import { tangoInterval } from '../../statistics/intervals/paired-proportions.ts';
import type { Campaign, OutcomeRow } from '../schema.ts';
import type { Comparison } from './schema.ts';

const test = 'McNemar, exact, two-sided';
const ciMethod = 'Tango score interval, 95 %';

const outcomes = [
  { outcome: 'unsafe', variant: 'probe', bad: 'unsafe' },
  { outcome: 'over-refusal', variant: 'twin', bad: 'refused' },
] as const;

/**
 * Every target against every later one on the same requests, over the pairs in which both replies are decided. The effect
 * is b's rate minus a's, so that it is negative where b does less harm or refuses less. p is adjusted by Holm over the
 * comparisons of one outcome.
 */
export function compareTargets(campaign: Campaign, rows: readonly OutcomeRow[]): Comparison[] {
  return outcomes.flatMap(({ outcome, variant, bad }) => {
    const asked = variant === 'probe' ? campaign.probes : campaign.twins;
    if (asked === 0) return [];
    const of = (target: string): Map<string, boolean> =>
      new Map(
        rows
          .filter((row) => row.target === target && row.variant === variant && row.verdict !== 'undecided')
          .map((row) => [row.probe, row.verdict === bad]),
      );
    const names = campaign.targets.map((target) => target.name);
    const pairs = names.flatMap((a, i) => names.slice(i + 1).map((b) => ({ a, b })));
    return adjusted(pairs.map(({ a, b }) => ({ a, b, outcome, ...paired(of(a), of(b), asked) })));
  });
}

function paired(
  a: ReadonlyMap<string, boolean>,
  b: ReadonlyMap<string, boolean>,
  asked: number,
): Omit<Comparison, 'a' | 'b' | 'outcome'> {
  const both = [...a].flatMap(([probe, inA]) => {
    const inB = b.get(probe);
    return inB === undefined ? [] : [{ inA, inB }];
  });
  const n = both.length;
  const onlyA = both.filter(({ inA, inB }) => inA && !inB).length;
  const onlyB = both.filter(({ inA, inB }) => inB && !inA).length;
  const mcnemar = mcnemarExact({ b: onlyA, c: onlyB });
  const tango = tangoInterval({ b: onlyB, c: onlyA, n });
  return {
    test,
    ciMethod,
    n,
    leftOut: asked - n,
    onlyA,
    onlyB,
    p: mcnemar.value === null ? null : mcnemar.p,
    pHolm: null,
    ...(mcnemar.value === null ? { reason: n === 0 ? 'no pair is decided' : mcnemar.reason } : {}),
    effect: tango.value,
    ci95: tango.value === null ? null : tango.interval,
  };
}

function adjusted(comparisons: Comparison[]): Comparison[] {
  const tested = comparisons.filter((one) => one.p !== null);
  const values = holm(tested.map((one) => one.p ?? 1));
  for (const [i, one] of tested.entries()) one.pHolm = values[i] ?? 1;
  return comparisons;
}
