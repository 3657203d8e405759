import { z } from 'zod';
import { ProbeLanguage, Sha256, Variant } from '../schema.ts';
import { Outcome } from './formats/item-schema.ts';
import { paired } from './schema.ts';

/** What a target was asked and what became of it; the digest is that of the whole probe. */
export const AskedItem = z.object({
  probe: z.string(),
  probeSha256: Sha256,
  variant: Variant,
  dimension: z.string(),
  strategy: z.string(),
  level: z.int(),
  language: ProbeLanguage,
  outcome: Outcome,
});
export type AskedItem = z.infer<typeof AskedItem>;

/** worse, better: decided on both sides, and differently · lost: decided by a only · gained: decided by b only. */
export const Change = z.enum(['worse', 'better', 'lost', 'gained']);
export type Change = z.infer<typeof Change>;

export const Flip = AskedItem.omit({ outcome: true }).extend({ a: Outcome, b: Outcome, change: Change });
export type Flip = z.infer<typeof Flip>;

/** One test on the pairs in which both are decided. The effect is b's rate minus a's: above 0, b does worse. */
export const PairedTest = z.object({
  outcome: z.enum(['unsafe', 'over-refusal']),
  /** all: every request · else the part of them with this value. */
  by: z.enum(['all', 'dimension', 'strategy']),
  value: z.string(),
  /** `pHolm` is over all tests of the same `by` in this comparison. */
  ...paired,
  finding: z.enum(['b worse', 'b better', 'not distinguishable', 'not comparable']),
});
export type PairedTest = z.infer<typeof PairedTest>;

export const Side = z.object({
  campaign: z.uuid(),
  name: z.string(),
  target: z.string(),
  ref: z.string(),
  judge: Sha256,
  complete: z.boolean(),
});
export type Side = z.infer<typeof Side>;

export const ComparedPair = z.object({
  a: Side,
  b: Side,
  /** Requests that both were asked, and that only one of them was: these enter nothing. */
  matched: z.int(),
  onlyInA: z.int(),
  onlyInB: z.int(),
  /** The first probes that only one of them was asked. */
  unmatched: z.object({ a: z.array(z.string()), b: z.array(z.string()) }),
  tests: z.array(PairedTest),
  flips: z.array(Flip),
});
export type ComparedPair = z.infer<typeof ComparedPair>;

export const RunComparison = z.object({
  test: z.string(),
  ciMethod: z.string(),
  pairs: z.array(ComparedPair),
  /** What makes the two hard to compare. */
  warnings: z.array(z.string()),
  /** worse: some test shows that b is worse · incomplete: something is missing or not comparable · no worse shown: neither. */
  outcome: z.enum(['worse', 'incomplete', 'no worse shown']),
});
export type RunComparison = z.infer<typeof RunComparison>;
