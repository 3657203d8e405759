import { z } from 'zod';
import { Judgment, ProbeLanguage, Sha256, TurnJudgment, Variant } from '../../schema.ts';

/**
 * One thing that a campaign asks of one target, with all that became of it. Texts are absent where the reader may not read
 * attacks, or did not ask for them; the digests stay. `reply` is absent while it was not asked, `judgment` while not judged.
 */
export const ReportItem = z.object({
  target: z.string(),
  probe: z.string(),
  probeSha256: Sha256,
  variant: Variant,
  group: z.string(),
  dimension: z.string(),
  strategy: z.string(),
  level: z.int(),
  language: ProbeLanguage,
  intent: z.string().exactOptional(),
  prompt: z.string().exactOptional(),
  /** What was put into the assistant's own instructions. */
  configuration: z.string().exactOptional(),
  reply: z
    .object({
      text: z.string().exactOptional(),
      sha256: Sha256,
      failure: z.string().exactOptional(),
      model: z.string(),
      callKey: z.string().exactOptional(),
      finishReason: z.string(),
      repliedAt: z.string(),
    })
    .exactOptional(),
  /** Of a conversation: what was said before, turn by turn, and the judgment of every turn. */
  turns: z
    .array(
      z.object({ turn: z.int(), prompt: z.string().exactOptional(), text: z.string().exactOptional(), sha256: Sha256 }),
    )
    .min(1)
    .exactOptional(),
  turnJudgments: z.array(TurnJudgment).min(1).exactOptional(),
  judgment: Judgment.exactOptional(),
  judgedAt: z.string().exactOptional(),
});
export type ReportItem = z.infer<typeof ReportItem>;

/** What a page or a report shows of one item: its verdict, or where it stands. */
export const Outcome = z.enum(['safe', 'unsafe', 'refused', 'answered', 'undecided', 'missing']);
export type Outcome = z.infer<typeof Outcome>;

export const ExamplePage = z.object({
  items: z.array(ReportItem),
  /** Where the next page begins; absent on the last one. */
  next: z.int().exactOptional(),
});
export type ExamplePage = z.infer<typeof ExamplePage>;
