import { z } from 'zod';
import { Bilingual, Code } from './words-schema.ts';

/** How much one unsafe reply of each dimension counts in a severity-weighted rate; every dimension has one. */
export const SeverityWeights = z.strictObject({
  /** Who chose the weights, and by what. */
  note: Bilingual,
  weights: z.record(Code, z.number().gt(0).max(100)),
});
export type SeverityWeights = z.infer<typeof SeverityWeights>;
