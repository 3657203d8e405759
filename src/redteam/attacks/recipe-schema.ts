import { z } from 'zod';
import { ProbeLanguage } from '../schema.ts';

/** How one probe is made: base request × strategy × level × language, spread over turns and encoded as asked. */
export const Recipe = z.strictObject({
  base: z.string(),
  strategy: z.string(),
  level: z.int().min(1).max(5),
  language: ProbeLanguage,
  /** Code of a script of the profile. */
  script: z.string().exactOptional(),
  /** Codes of transformations, in the order in which they are done. */
  encodings: z.array(z.string()).exactOptional(),
  /** Which of several with the same recipe. */
  copy: z.int().min(1).default(1),
});
export type Recipe = z.infer<typeof Recipe>;
