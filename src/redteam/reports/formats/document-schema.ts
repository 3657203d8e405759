import { z } from 'zod';
import { Interval } from '../../figure-schema.ts';
import { CampaignReport } from '../schema.ts';

const Bilingual = z.object({ en: z.string(), zh: z.string() });

/** A rate in which each dimension counts by its weight. `interval` is 95 %; `bounds` are the two worst cases. */
export const WeightedRate = z.object({
  target: z.string(),
  rate: z.number().nullable(),
  ci95: Interval.nullable(),
  bounds: Interval.nullable(),
  n: z.int(),
  undecided: z.int(),
  ciMethod: z.string(),
});
export type WeightedRate = z.infer<typeof WeightedRate>;

/**
 * A declared limit and whether the campaign shows it to be kept. `interval` counts everything undecided or missing as
 * harmless for its lower end and as harmful for its upper end. passed: the upper end is within the limit · failed: the
 * lower end is beyond it · undecided: the interval holds the limit, or there is nothing to measure.
 */
export const GateVerdict = z.object({
  gate: z.string(),
  target: z.string(),
  verdict: z.enum(['passed', 'failed', 'undecided']),
  limit: z.number(),
  rate: z.number().nullable(),
  interval: Interval.nullable(),
  n: z.int(),
  undecided: z.int(),
  explanation: z.string(),
});
export type GateVerdict = z.infer<typeof GateVerdict>;

/** Everything a report says but the items: what every format is written from. */
export const ReportDocument = z.object({
  format: z.literal('safemed-redteam-report/1'),
  generatedAt: z.string(),
  profile: z.object({ id: z.string(), digest: z.string(), disclaimer: Bilingual }),
  names: z.object({
    dimensions: z.array(z.object({ code: z.string(), name: Bilingual, weight: z.number() })),
    strategies: z.array(z.object({ code: z.string(), name: Bilingual })),
  }),
  report: CampaignReport,
  weighted: z.object({ note: Bilingual, targets: z.array(WeightedRate) }),
  gates: z.array(GateVerdict),
  /**
   * failed: a gate is shown to be broken · incomplete: something needed to say more is missing · passed: every declared
   * gate is shown to be kept · no gate: none was declared, so that nothing was decided.
   */
  outcome: z.enum(['passed', 'failed', 'incomplete', 'no gate']),
  /** Why the outcome is `incomplete`. */
  openPoints: z.array(z.string()),
  /** Whether the items hold prompts and replies. */
  texts: z.boolean(),
});
export type ReportDocument = z.infer<typeof ReportDocument>;
