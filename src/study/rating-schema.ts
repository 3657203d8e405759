import { z } from 'zod';
import { Language } from '../profile/schema.ts';
import { StudyAxis } from '../profile/study-rating-schema.ts';

/*
 * What raters see. Nothing here names an arm, its kind, a model or a person, and an item's id is drawn at random for each
 * rater, so that it tells neither its place nor its source, nor whether two raters look at the same text.
 */

/** rate: items are left · guess: all are rated and the raters may say what they took them for · done · closed: it is over. */
export const RaterState = z.enum(['rate', 'guess', 'done', 'closed']);
export type RaterState = z.infer<typeof RaterState>;

const own = { id: z.uuid(), title: z.string(), state: RaterState, done: z.int(), total: z.int() };

/** The open and closed studies in which the actor rates. */
export const RaterStudies = z.object({ studies: z.array(z.object(own)) });
export type RaterStudies = z.infer<typeof RaterStudies>;

export const RatingItem = z.object({
  id: z.uuid(),
  vignette: z.object({
    text: z.string(),
    language: Language,
    specialty: z.string().exactOptional(),
    reference: z.string().exactOptional(),
  }),
  text: z.string(),
});
export type RatingItem = z.infer<typeof RatingItem>;

export const RatingPage = z.object({
  ...own,
  instructions: z.string().exactOptional(),
  axes: z.array(StudyAxis),
  /** True where texts are shown without greetings, signatures and markup. */
  normalised: z.boolean(),
  /** The next item to rate; absent when all are rated. */
  item: RatingItem.exactOptional(),
  /** In the state guess: the rated items that have no guess yet. */
  toGuess: z.array(RatingItem),
});
export type RatingPage = z.infer<typeof RatingPage>;

export const SubmitRating = z.strictObject({
  /** Made by the client for this act: the same key is the same rating. */
  key: z.uuid(),
  item: z.uuid(),
  /** Every axis of the form, 1 to 5. */
  scores: z.record(z.string(), z.int().min(1).max(5)),
  note: z.string().trim().min(1).max(5000).exactOptional(),
  /** "I recognise the source": the rater believes to know who or what wrote it. */
  recognised: z.boolean().default(false),
  seconds: z.number().min(0).max(86_400),
});
export type SubmitRating = z.infer<typeof SubmitRating>;

export const RatingReceipt = z.object({ item: z.uuid(), done: z.int(), total: z.int() });
export type RatingReceipt = z.infer<typeof RatingReceipt>;

export const SourceGuess = z.enum(['model', 'person', 'unsure']);
export type SourceGuess = z.infer<typeof SourceGuess>;

export const SubmitGuesses = z.strictObject({
  guesses: z
    .array(z.strictObject({ item: z.uuid(), guess: SourceGuess }))
    .min(1)
    .max(100_000),
});
export type SubmitGuesses = z.infer<typeof SubmitGuesses>;

export const GuessReceipt = z.object({ guesses: z.int(), total: z.int() });
export type GuessReceipt = z.infer<typeof GuessReceipt>;
