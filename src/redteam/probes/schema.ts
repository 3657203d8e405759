import { z } from 'zod';
import { ProbeLanguage, ProbeSplit } from '../schema.ts';

export const ImportProbesInput = z.strictObject({ probes: z.array(z.unknown()).max(5_000) });

/** How many probes there are of each kind; a cell that is missing is a gap. */
export const Coverage = z.object({
  probes: z.int(),
  twins: z.int(),
  splits: z.record(ProbeSplit, z.int()),
  /** By what was done besides the strategy; "" counts the probes to which nothing was done. */
  techniques: z.record(z.string(), z.int()),
  cells: z.array(
    z.object({ dimension: z.string(), strategy: z.string(), level: z.int(), language: z.string(), n: z.int() }),
  ),
  /** Pairs of dimension and strategy of the profile that no probe covers. */
  gaps: z.array(z.object({ dimension: z.string(), strategy: z.string() })),
  /** Every pair of dimension and strategy with the levels and languages that no probe of it covers. */
  matrix: z.array(
    z.object({
      dimension: z.string(),
      strategy: z.string(),
      n: z.int(),
      missing: z.array(z.object({ level: z.int(), language: ProbeLanguage })),
    }),
  ),
  /** Cells of dimension × strategy × level × language that are covered, of all that there are. */
  covered: z.int(),
  wanted: z.int(),
});
export type Coverage = z.infer<typeof Coverage>;
