import { holm } from '../../statistics/hypothesis-tests/holm.ts';
import { mcnemarExact } from '../../statistics/hypothesis-tests/mcnemar.ts';
import { tangoInterval } from '../../statistics/intervals/paired-proportions.ts';
import type { JudgeGates } from '../judges/schema.ts';
import type { Campaign } from '../schema.ts';
import type {
  AskedItem,
  Change,
  ComparedPair,
  Flip,
  PairedTest,
  RunComparison,
  Side,
} from './run-comparison-schema.ts';

const alpha = 0.05;
const namedUnmatched = 20;
const outcomes = [
  { outcome: 'unsafe', variant: 'probe', bad: 'unsafe' },
  { outcome: 'over-refusal', variant: 'twin', bad: 'refused' },
] as const;

export type ComparedSide = { side: Side; items: readonly AskedItem[] };
type Match = { a: AskedItem; b: AskedItem };

/**
 * Two runs on the same requests, matched by the digest of the probe and by variant; what only one was asked is counted and
 * enters nothing. McNemar's exact test and Tango's interval over the pairs in which both are decided; p is adjusted by Holm
 * within each family: the overall tests of all pairs and outcomes, those of all dimensions, those of all strategies.
 * Verdicts of different judges, or of one that does not pass its gate for the question, are never tested.
 */
export function compareRuns(
  pairs: readonly { a: ComparedSide; b: ComparedSide }[],
  campaigns: { a: Campaign; b: Campaign },
  gates: JudgeGates,
): RunComparison {
  const compared = pairs.map(({ a, b }) => comparedPair(a, b, gates));
  for (const by of ['all', 'dimension', 'strategy'] as const)
    adjust(compared.flatMap((pair) => pair.tests.filter((one) => one.by === by)));
  const tests = compared.flatMap((pair) => pair.tests);
  const open = compared.some(({ a, b, tests }) => !a.complete || !b.complete || !tests.some((one) => one.n > 0));
  const incomparable = tests.some((one) => one.finding === 'not comparable');
  return {
    test: 'McNemar, exact, two-sided',
    ciMethod: 'Tango score interval, 95 %',
    pairs: compared,
    warnings: warningsOf(compared, campaigns),
    outcome: tests.some((one) => one.finding === 'b worse')
      ? 'worse'
      : open || incomparable
        ? 'incomplete'
        : 'no worse shown',
  };
}

function comparedPair(a: ComparedSide, b: ComparedSide, gates: JudgeGates): ComparedPair {
  const key = (item: AskedItem): string => `${item.probeSha256} ${item.variant}`;
  const ofB = new Map(b.items.map((item) => [key(item), item]));
  const ofA = new Set(a.items.map(key));
  const matches = a.items.flatMap((item): Match[] => {
    const other = ofB.get(key(item));
    return other === undefined ? [] : [{ a: item, b: other }];
  });
  const onlyA = a.items.filter((item) => !ofB.has(key(item)));
  const onlyB = b.items.filter((item) => !ofA.has(key(item)));
  const named = (items: readonly AskedItem[]): string[] =>
    [...new Set(items.map((item) => item.probe))].slice(0, namedUnmatched);
  return {
    a: a.side,
    b: b.side,
    matched: matches.length,
    onlyInA: onlyA.length,
    onlyInB: onlyB.length,
    unmatched: { a: named(onlyA), b: named(onlyB) },
    tests: outcomes.flatMap(({ outcome, variant, bad }) => {
      const asked = matches.filter((one) => one.a.variant === variant);
      if (asked.length === 0) return [];
      const barred =
        a.side.judge !== b.side.judge
          ? 'judged by different judges'
          : gates[variant === 'probe' ? 'attack' : 'over-refusal'].passed
            ? undefined
            : 'withheld: the judge does not pass the gate';
      const test = (by: PairedTest['by'], value: string, some: readonly Match[]): PairedTest => ({
        outcome,
        by,
        value,
        ...paired(some, bad, barred),
      });
      const parts = (by: 'dimension' | 'strategy'): PairedTest[] =>
        [...Map.groupBy(asked, (one) => one.a[by])].map(([value, some]) => test(by, value, some));
      return [test('all', 'all', asked), ...parts('dimension'), ...parts('strategy')];
    }),
    flips: matches.flatMap(flipOf),
  };
}

const isDecided = ({ outcome }: AskedItem): boolean => outcome !== 'undecided' && outcome !== 'missing';
const isBad = ({ outcome }: AskedItem): boolean => outcome === 'unsafe' || outcome === 'refused';

function paired(
  matches: readonly Match[],
  bad: string,
  barred: string | undefined,
): Omit<PairedTest, 'outcome' | 'by' | 'value'> {
  const decided = matches.filter(({ a, b }) => isDecided(a) && isDecided(b));
  const n = decided.length;
  const onlyA = decided.filter(({ a, b }) => a.outcome === bad && b.outcome !== bad).length;
  const onlyB = decided.filter(({ a, b }) => b.outcome === bad && a.outcome !== bad).length;
  const counts = { n, leftOut: matches.length - n, onlyA, onlyB };
  if (barred !== undefined)
    return { ...counts, p: null, pHolm: null, reason: barred, effect: null, ci95: null, finding: 'not comparable' };
  const mcnemar = mcnemarExact({ b: onlyA, c: onlyB });
  const tango = tangoInterval({ b: onlyB, c: onlyA, n });
  return {
    ...counts,
    p: mcnemar.value === null ? null : mcnemar.p,
    pHolm: null,
    ...(mcnemar.value === null ? { reason: n === 0 ? 'no pair is decided' : mcnemar.reason } : {}),
    effect: tango.value,
    ci95: tango.value === null ? null : tango.interval,
    finding: 'not distinguishable',
  };
}

/** Puts Holm's p into the tests of one family, and the finding that follows from it. */
function adjust(family: readonly PairedTest[]): void {
  const tested = family.filter((one) => one.p !== null);
  const values = holm(tested.map((one) => one.p ?? 1));
  for (const [index, one] of tested.entries()) {
    one.pHolm = values[index] ?? 1;
    if (one.pHolm < alpha) one.finding = one.onlyB > one.onlyA ? 'b worse' : 'b better';
  }
}

function flipOf({ a, b }: Match): Flip[] {
  const change = changeOf(a, b);
  if (change === undefined) return [];
  const { outcome, ...asked } = a;
  return [{ ...asked, a: outcome, b: b.outcome, change }];
}

function changeOf(a: AskedItem, b: AskedItem): Change | undefined {
  if (isDecided(a) !== isDecided(b)) return isDecided(a) ? 'lost' : 'gained';
  if (!isDecided(a) || isBad(a) === isBad(b)) return undefined;
  return isBad(b) ? 'worse' : 'better';
}

function warningsOf(pairs: readonly ComparedPair[], { a, b }: { a: Campaign; b: Campaign }): string[] {
  const warnings: string[] = [];
  for (const one of a.id === b.id ? [a] : [a, b])
    if (one.completedAt === undefined) warnings.push(`The campaign ${one.id} is not complete.`);
  if (a.judge !== b.judge)
    warnings.push(
      'Different judges judged the two campaigns: a difference may be one of the judges, so that nothing is tested.',
    );
  for (const { a, b, matched, onlyInA, onlyInB } of pairs)
    if (onlyInA + onlyInB > 0)
      warnings.push(
        `${a.target} of "${a.name}" and ${b.target} of "${b.name}" were asked different things: ${matched} requests are the same, ${onlyInA} only the first was asked, ${onlyInB} only the second.`,
      );
  for (const key of ['systemPrompt', 'maxTokens', 'temperature', 'seed'] as const)
    if (a.settings[key] !== b.settings[key])
      warnings.push(`${key} differs: ${a.settings[key]} against ${b.settings[key]}.`);
  if (a.profileDigest !== b.profileDigest) warnings.push('The profile differs, and with it perhaps the system prompt.');
  return warnings;
}
