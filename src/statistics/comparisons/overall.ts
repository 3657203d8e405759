import { conover, type Friedman, friedman, nemenyi } from '../hypothesis-tests/friedman.ts';
import { holm } from '../hypothesis-tests/holm.ts';
import type { Estimate, StatisticResult } from '../result.ts';
import { at, rowAt } from '../vector.ts';

/** Tests over all arms: Friedman, Kendall's W, Iman–Davenport, and the post-hoc comparisons of Nemenyi and Conover. */
export function overallResults(names: readonly string[], blocks: readonly (readonly number[])[]): StatisticResult[] {
  const n = blocks.length;
  const test = friedman(blocks);
  const label = { statistic: 'friedman', method: "Friedman's test, ties corrected" };
  if (test.value === null) return [{ ...label, ...test, n }];
  const { f, df1, df2, p } = test.imanDavenport;
  const iman = { statistic: 'imanDavenport', method: `Iman–Davenport F on ${df1} and ${df2} degrees of freedom`, n };
  const sums = names.map((name, i) => [name, at(test.rankSums, i)] as const);
  return [
    {
      ...label,
      value: test.value,
      p: test.p,
      n,
      details: { df: names.length - 1, ...Object.fromEntries(sums.map(([name, total]) => [`rankSum.${name}`, total])) },
      notes: [`rank sums ${sums.map(([name, total]) => `${name} ${total}`).join(', ')}`],
    },
    { statistic: 'kendallW', method: "Kendall's coefficient of concordance W", value: test.kendallW, n },
    f === null
      ? { ...iman, value: null, reason: 'F is infinite: all blocks rank the arms alike' }
      : { ...iman, value: f, p },
    ...postHoc(names, test, n),
  ];
}

function postHoc(names: readonly string[], test: Friedman, n: number): StatisticResult[] {
  const pairs = names.flatMap((_, i) => names.slice(i + 1).map((__, offset) => [i, i + 1 + offset] as const));
  const result = (label: { statistic: string; method: string }, [i, j]: readonly [number, number]) => ({
    ...label,
    n,
    pair: [rowAt(names, i), rowAt(names, j)] as const,
  });
  const byNemenyi = { statistic: 'nemenyi', method: "Nemenyi's comparison after Friedman's test" };
  const byConover = { statistic: 'conover', method: "Conover's comparison after Friedman's test" };
  const conovers = pairs.map(([i, j]) => conover(test, i, j));
  const adjusted = holm(conovers.map((one) => (one.value === null ? 1 : one.p)));
  return [
    ...pairs.map((pair) => withP(result(byNemenyi, pair), nemenyi(test, ...pair))),
    ...pairs.map((pair, index) => {
      const one = withP(result(byConover, pair), rowAt(conovers, index));
      return one.value === null ? one : { ...one, pHolm: at(adjusted, index) };
    }),
  ];
}

function withP(frame: Omit<StatisticResult, 'value'>, test: Estimate<{ p: number }>): StatisticResult {
  return test.value === null ? { ...frame, ...test } : { ...frame, value: test.value, p: test.p };
}
