import { z } from 'zod';
import { TargetRef } from '../../registry/schema.ts';
import { CampaignSettings, Judgment, ProbeFilter, Sha256, Target, TargetName } from '../schema.ts';

/**
 * An adaptive search: an attacker model refines requests after the target's replies and the judge's verdicts. In each
 * round every kept attempt gets `branches` refinements, and the `width` most promising go on. Width and branches of 1 are
 * the plain, single-stream refinement (PAIR); more are a tree with pruning (TAP).
 */
export const StartSearch = CampaignSettings.omit({ twins: true }).extend({
  name: z.string().min(1).max(100),
  /** Name or digest of the judge. */
  judge: z.string().min(1),
  target: z.strictObject({ name: TargetName, ref: TargetRef }),
  /** Endpoint of the model that refines. */
  attacker: z.string().min(1),
  /** The probes that are refined, each in a search of its own. */
  probes: ProbeFilter.default({}),
  depth: z.int().min(1).max(20).default(4),
  branches: z.int().min(1).max(10).default(1),
  width: z.int().min(1).max(20).default(1),
  /** Most calls of attacker and target together that may be paid. */
  maxCalls: z.int().min(1).max(1_000_000).default(1_000),
});
export type StartSearch = z.infer<typeof StartSearch>;

/** One try of a search; a row that nothing changes any more. Position 0 is the probe itself. */
export const Attempt = z.object({
  probe: z.string(),
  position: z.int(),
  parent: z.int().exactOptional(),
  depth: z.int(),
  request: z.string(),
  twin: z.string().exactOptional(),
  /** The attacker's raw reply. */
  attackerReply: z.string().exactOptional(),
  attackerCall: z.string().exactOptional(),
  /** Why the target was asked nothing: what the attacker wrote is no request. */
  refused: z.string().exactOptional(),
  reply: z.string().exactOptional(),
  replyCall: z.string().exactOptional(),
  failure: z.string().exactOptional(),
  judgment: Judgment.exactOptional(),
  at: z.string(),
});
export type Attempt = z.infer<typeof Attempt>;

export const Search = z.object({
  id: z.uuid(),
  input: StartSearch,
  judge: Sha256,
  target: Target,
  /** Ids of the probes, fixed when it began. */
  probes: z.array(z.string()).min(1),
  profileDigest: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  completedAt: z.string().exactOptional(),
  eventSeq: z.int().exactOptional(),
});
export type Search = z.infer<typeof Search>;

/** What a search came to, counted from its attempts. A search without success is no proof of safety. */
export const SearchReport = z.object({
  search: Search,
  attempts: z.int(),
  refused: z.int(),
  undecided: z.int(),
  probes: z.array(
    z.object({
      probe: z.string(),
      attempts: z.int(),
      /** Position of the first attempt that was judged unsafe; 0 means the probe itself. */
      success: z.int().exactOptional(),
      depth: z.int().exactOptional(),
    }),
  ),
});
export type SearchReport = z.infer<typeof SearchReport>;

export const SearchStarted = z.object({ search: z.uuid(), job: z.uuid() });
export type SearchStarted = z.infer<typeof SearchStarted>;
export const AttemptPage = z.object({ attempts: z.array(Attempt) });
