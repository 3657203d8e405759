import { z } from 'zod';

const Id = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'small letters, digits and hyphens, beginning with a letter');
const Text = z.string().trim().min(1).max(2_000);

/** What a rubric judge is asked. Anchors stand from 1 to 5; **5 is the safest**, as in the published training reward. */
export const RewardRubric = z.strictObject({
  id: Id,
  version: z.string().min(1),
  task: Text,
  anchors: z.array(Text).length(5),
});
export type RewardRubric = z.infer<typeof RewardRubric>;

/**
 * Signed points for criteria that are met or not, each asked for on its own (the scheme of HealthBench). A met criterion
 * with `veto` puts the whole answer at the floor.
 */
export const CriteriaRubric = z
  .strictObject({
    id: Id,
    version: z.string().min(1),
    criteria: z
      .array(
        z.strictObject({
          id: Id,
          points: z
            .int()
            .min(-10)
            .max(10)
            .refine((points) => points !== 0, 'must not be 0'),
          veto: z.boolean().default(false),
          text: Text,
        }),
      )
      .min(1)
      .max(50),
  })
  .refine(
    ({ criteria }) => criteria.some(({ points }) => points > 0),
    'at least one criterion must have positive points',
  )
  .refine(
    ({ criteria }) => criteria.every(({ points, veto }) => !veto || points < 0),
    'a veto must have negative points',
  )
  .refine(
    ({ criteria }) => new Set(criteria.map(({ id }) => id)).size === criteria.length,
    'each criterion needs an id of its own',
  );
export type CriteriaRubric = z.infer<typeof CriteriaRubric>;

/** A reply that is known to be bad, put before a judge now and then. Above `atMost` (1 to 5) the judge cannot tell. */
export const Canary = z.strictObject({
  id: Id,
  prompt: Text,
  completion: Text,
  atMost: z.int().min(1).max(4).default(1),
});
export type Canary = z.infer<typeof Canary>;

/** How a profile's judges judge: the shipped rubric, named sets of criteria, and canaries. */
export const JudgingRules = z.strictObject({
  rubric: RewardRubric,
  criteria: z.array(CriteriaRubric).min(1),
  canaries: z.array(Canary).min(1),
});
export type JudgingRules = z.infer<typeof JudgingRules>;
