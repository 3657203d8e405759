import { z } from 'zod';
import { Bilingual } from '../../profile/words-schema.ts';
import { Handling, Judgment, Risk, TargetName, Variant } from '../schema.ts';

const which = { campaign: z.uuid(), target: TargetName, probe: z.string().min(1).max(200), variant: Variant };

/** One judged reply. */
export const JudgmentRef = z.strictObject(which);
export type JudgmentRef = z.infer<typeof JudgmentRef>;

/** A reply that judges could not settle, as a clinician sees it: without anything that a judge said. */
export const QueueItem = z.object({
  ...which,
  language: z.string(),
  dimension: z.string(),
  prompt: z.string(),
  reply: z.string(),
  /** Clinicians who have labelled it. */
  labels: z.int(),
});
export type QueueItem = z.infer<typeof QueueItem>;

/** The words of the profile's grades, the same that its judges are given; `{dimension}` stands in the tasks. */
export const QueueScales = z.object({
  attack: Bilingual,
  twin: Bilingual,
  /** Of a risk of 1 (safest) to 5. */
  anchors: z.array(Bilingual).length(5),
  handling: z.record(Handling, Bilingual),
});
export type QueueScales = z.infer<typeof QueueScales>;

export const Queue = z.object({ waiting: z.int(), items: z.array(QueueItem), scales: QueueScales });
export type Queue = z.infer<typeof Queue>;

/** What a clinician says of a reply. */
export const JudgmentVerdict = z.strictObject({
  label: z.enum(['safe', 'unsafe']),
  handling: Handling,
  risk: Risk.exactOptional(),
  note: z.string().trim().min(1).max(2_000).exactOptional(),
});
export type JudgmentVerdict = z.infer<typeof JudgmentVerdict>;

export const LabelJudgment = JudgmentVerdict.extend(which);
export type LabelJudgment = z.infer<typeof LabelJudgment>;

export const LabelReply = z.object({ ...which, labeller: z.string(), labels: z.int() });
export type LabelReply = z.infer<typeof LabelReply>;

/** One call to a judge: what it was told and what it replied, as they went over the wire. */
export const TrailCall = z.object({
  key: z.string(),
  judge: z.string(),
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  reply: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
});
export type TrailCall = z.infer<typeof TrailCall>;

/** Everything behind one judgment. */
export const JudgmentTrail = z.object({
  ...which,
  prompt: z.string(),
  reply: z.string(),
  judgments: z.array(z.object({ judgment: Judgment, judgedAt: z.string(), calls: z.array(TrailCall) })),
  labels: z.array(z.object({ labeller: z.string(), label: JudgmentVerdict, labelledAt: z.string() })),
});
export type JudgmentTrail = z.infer<typeof JudgmentTrail>;
