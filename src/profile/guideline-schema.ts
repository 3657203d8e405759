import { z } from 'zod';
import { Bilingual, Code } from './words-schema.ts';

/** What a text does, and the score that it gets for it. */
export const GuidelineExample = z.strictObject({
  score: z.int().min(1).max(5),
  en: z.string().trim().min(1).max(2_000),
  zh: z.string().trim().min(1).max(2_000),
});
export type GuidelineExample = z.infer<typeof GuidelineExample>;

/** One section. Paragraphs of its text are separated by a line break. */
export const GuidelineSection = z.strictObject({
  id: Code,
  title: Bilingual,
  /** The criterion or dimension it explains, so that a reader can be led to it. */
  criterion: Code.exactOptional(),
  dimension: Code.exactOptional(),
  text: Bilingual,
  examples: z.array(GuidelineExample).max(60).default([]),
});
export type GuidelineSection = z.infer<typeof GuidelineSection>;

/** How reviewers are to score: sections in the order of reading. */
export const GuidelineContent = z.strictObject({
  title: Bilingual,
  notice: Bilingual,
  sections: z.array(GuidelineSection).min(1).max(200),
});
export type GuidelineContent = z.infer<typeof GuidelineContent>;
