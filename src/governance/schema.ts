import { z } from 'zod';

export const StageName = z.enum([
  'questions',
  'traces',
  'reviews',
  'panel',
  'releases',
  'training',
  'models',
  'redteam',
  'evaluation',
]);

/** The pipeline at a glance: every count is taken from rows when it is asked for. */
export const Overview = z.object({
  demo: z.boolean(),
  stages: z.array(
    z.object({
      name: StageName,
      count: z.int(),
      parts: z.array(z.object({ name: z.string(), count: z.int(), tone: z.string() })),
    }),
  ),
  log: z.object({ origin: z.string(), size: z.int(), pending: z.int(), rootHash: z.string() }),
  calls: z.object({ made: z.int(), cached: z.int(), failed: z.int() }),
});
export type Overview = z.infer<typeof Overview>;
