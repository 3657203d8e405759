import { z } from 'zod';
import { StudyAxis } from '../profile/study-rating-schema.ts';
import { ModelIdentity } from '../registry/schema.ts';
import { StudyDesign } from './design-schema.ts';

/** All that the digest of a registration covers: the design, the axes with their anchors, and which weights the models are. */
export const SealedDesign = z.object({
  design: StudyDesign,
  axes: z.array(StudyAxis),
  models: z.array(z.object({ arm: z.string(), identity: ModelIdentity })),
});
export type SealedDesign = z.infer<typeof SealedDesign>;
