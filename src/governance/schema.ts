import { z } from 'zod';
import { InstanceState } from '../generation/schema.ts';
import { QuestionKind } from '../profile/schema.ts';
import { ModelState } from '../registry/schema.ts';
import { ReleaseState } from '../release/schema.ts';
import { RunState } from '../training/schema.ts';

export const StageName = z.enum([
  'questions',
  'traces',
  'reviews',
  'panel',
  'instances',
  'releases',
  'training',
  'models',
  'redteam',
  'evaluation',
  'evidence',
]);
export type StageName = z.infer<typeof StageName>;

/** What a stage's count is made of, or (traces, reviews) what is worth knowing about some of it. */
export const PartName = z.enum([
  ...QuestionKind.options,
  'benchmark',
  'malformed',
  'answer-differs',
  'edits',
  'decided',
  'open',
  'complete',
  'unfinished',
  ...InstanceState.options,
  ...ReleaseState.options,
  ...RunState.options,
  ...ModelState.options,
]);
export type PartName = z.infer<typeof PartName>;

/** The pipeline at a glance: every count is taken from rows when it is asked for. */
export const Overview = z.object({
  demo: z.boolean(),
  /** In the order in which data flows; without the stages that the account may not see. */
  stages: z.array(
    z.object({
      name: StageName,
      count: z.int(),
      parts: z.array(z.object({ name: PartName, count: z.int() })),
    }),
  ),
  log: z.object({ origin: z.string(), size: z.int(), pending: z.int(), rootHash: z.string() }),
  calls: z.object({ made: z.int(), cached: z.int(), failed: z.int() }),
  /** The newest evidence pack, where one was issued. */
  evidence: z.object({ sha256: z.string(), issuedAt: z.string() }).exactOptional(),
});
export type Overview = z.infer<typeof Overview>;
