import { z } from 'zod';
import { Bilingual } from '../profile/words-schema.ts';

const Named = z.object({ code: z.string(), name: Bilingual });

/** The words of the profile in force, for people's eyes. */
export const ProfileNames = z.object({
  name: Bilingual,
  disclaimer: Bilingual,
  dimensions: z.array(Named),
  strategies: z.array(Named),
  rubrics: z.array(z.object({ track: z.string(), name: Bilingual, criteria: z.array(Named) })),
  reasons: z.array(Named),
  severities: z.array(Named),
});
export type ProfileNames = z.infer<typeof ProfileNames>;
