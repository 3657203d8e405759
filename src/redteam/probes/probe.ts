import { sha256Hex } from '../../core/hash.ts';
import type { Profile } from '../../profile/schema.ts';
import { type Probe, ProbeLanguage } from '../schema.ts';
import type { Coverage } from './schema.ts';
import type { ProbeCount } from './store.ts';

/** Why the profile does not know what a probe says it is, or undefined when it does. */
export function unknownCode(
  profile: Pick<Profile, 'dimensions' | 'strategies' | 'attacks'>,
  probe: Probe,
): string | undefined {
  if (![...profile.dimensions, ...profile.attacks.outside].some((dimension) => dimension.code === probe.dimension))
    return `the profile has no dimension "${probe.dimension}"`;
  if (!profile.strategies.some((strategy) => strategy.code === probe.strategy))
    return `the profile has no attack strategy "${probe.strategy}"`;
  return undefined;
}

/** SHA-256 over the sorted digests of probes, one a line: what a campaign's set of probes is known by. */
export function probesDigest(digests: readonly string[]): string {
  return sha256Hex(digests.toSorted().join('\n'));
}

/**
 * How the probes cover the profile's dimensions and strategies, at the levels that each strategy's frame has (all five
 * where it has none) and in both languages. Dimensions outside of the profession are counted and are no part of the matrix.
 */
export function coverageOf(
  profile: Pick<Profile, 'dimensions' | 'strategies' | 'attacks'>,
  counts: readonly ProbeCount[],
): Coverage {
  const byCell = totals(counts, ({ dimension, strategy, level, language }) =>
    [dimension, strategy, level, language].join('/'),
  );
  const matrix = profile.dimensions.flatMap(({ code: dimension }) =>
    profile.strategies.map(({ code: strategy }) => {
      const here = counts.filter((one) => one.dimension === dimension && one.strategy === strategy);
      const missing = levelsOf(profile, strategy).flatMap((level) =>
        ProbeLanguage.options
          .filter((language) => !byCell.has([dimension, strategy, level, language].join('/')))
          .map((language) => ({ level, language })),
      );
      return { dimension, strategy, n: here.reduce((sum, { n }) => sum + n, 0), missing };
    }),
  );
  const wanted = matrix.reduce(
    (sum, { strategy }) => sum + levelsOf(profile, strategy).length * ProbeLanguage.options.length,
    0,
  );
  return {
    probes: counts.reduce((sum, { n }) => sum + n, 0),
    twins: counts.reduce((sum, { twins }) => sum + twins, 0),
    splits: { test: 0, train: 0, ...Object.fromEntries(totals(counts, ({ split }) => split)) },
    techniques: Object.fromEntries(totals(counts, ({ techniques }) => techniques)),
    cells: [
      ...Map.groupBy(counts, ({ dimension, strategy, level, language }) =>
        [dimension, strategy, level, language].join('/'),
      ).values(),
    ].flatMap(([first, ...others]) =>
      first === undefined
        ? []
        : [
            {
              dimension: first.dimension,
              strategy: first.strategy,
              level: first.level,
              language: first.language,
              n: others.reduce((sum, { n }) => sum + n, first.n),
            },
          ],
    ),
    gaps: matrix.filter(({ n }) => n === 0).map(({ dimension, strategy }) => ({ dimension, strategy })),
    matrix,
    covered: wanted - matrix.reduce((sum, { missing }) => sum + missing.length, 0),
    wanted,
  };
}

function levelsOf(profile: Pick<Profile, 'attacks'>, strategy: string): readonly number[] {
  return profile.attacks.frames.find((frame) => frame.strategy === strategy)?.levels ?? [1, 2, 3, 4, 5];
}

function totals(counts: readonly ProbeCount[], keyOf: (count: ProbeCount) => string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const count of counts) sums.set(keyOf(count), (sums.get(keyOf(count)) ?? 0) + count.n);
  return sums;
}
