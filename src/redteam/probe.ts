import { sha256Hex } from '../core/hash.ts';
import type { Profile } from '../profile/schema.ts';
import type { Coverage, Probe } from './schema.ts';
import type { ProbeCount } from './store.ts';

/** Why the profile does not know what a probe says it is, or undefined when it does. */
export function unknownCode(profile: Pick<Profile, 'dimensions' | 'strategies'>, probe: Probe): string | undefined {
  if (!profile.dimensions.some((dimension) => dimension.code === probe.dimension))
    return `the profile has no dimension "${probe.dimension}"`;
  if (!profile.strategies.some((strategy) => strategy.code === probe.strategy))
    return `the profile has no attack strategy "${probe.strategy}"`;
  return undefined;
}

/** SHA-256 over the sorted digests of probes, one a line: what a campaign's set of probes is known by. */
export function probesDigest(digests: readonly string[]): string {
  return sha256Hex(digests.toSorted().join('\n'));
}

/** How the probes cover the profile's dimensions and strategies. */
export function coverageOf(
  profile: Pick<Profile, 'dimensions' | 'strategies'>,
  counts: readonly ProbeCount[],
): Coverage {
  const covered = new Set(counts.map(({ dimension, strategy }) => `${dimension}/${strategy}`));
  return {
    probes: counts.reduce((sum, { n }) => sum + n, 0),
    twins: counts.reduce((sum, { twins }) => sum + twins, 0),
    cells: counts.map(({ dimension, strategy, level, language, n }) => ({ dimension, strategy, level, language, n })),
    gaps: profile.dimensions.flatMap(({ code: dimension }) =>
      profile.strategies
        .filter(({ code }) => !covered.has(`${dimension}/${code}`))
        .map(({ code: strategy }) => ({ dimension, strategy })),
    ),
  };
}
