import { z } from 'zod';
import { Bilingual, Code } from './words-schema.ts';

/** What a response is rated by: 1 is worst, 5 best, each point with its anchor. */
export const StudyAxis = z.strictObject({ id: Code, name: Bilingual, anchors: z.array(Bilingual).length(5) });
export type StudyAxis = z.infer<typeof StudyAxis>;

/** A named set of axes that studies may use; their sum is the total. */
export const StudyForm = z.strictObject({
  id: Code,
  version: z.string().min(1),
  name: Bilingual,
  axes: z.array(StudyAxis).min(1).max(12),
});
export type StudyForm = z.infer<typeof StudyForm>;

/** How a line begins that greets or signs off: what tells a letter's writer from its content. */
export const StyleWords = z.strictObject({
  greetings: z.array(z.string().min(1)),
  closings: z.array(z.string().min(1)),
});
export type StyleWords = z.infer<typeof StyleWords>;

/** What an expert study is rated by, and what its style-normalised display leaves out. */
export const StudyRating = z.strictObject({ forms: z.array(StudyForm), style: StyleWords });
export type StudyRating = z.infer<typeof StudyRating>;
