import { z } from 'zod';
import { Bilingual } from './words-schema.ts';

const Id = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'small letters, digits, dots, hyphens and underscores');
const Text = z.string().trim().min(1).max(2_000);

/** What counts as the result of a question that is asked several times, with its options in several orders. */
export const Headline = z.enum(['line', 'all-orders']);
export type Headline = z.infer<typeof Headline>;

const KeyScoring = z.strictObject({
  by: z.literal('key'),
  /** line: every reply counts · all-orders: a question counts as right only when all its replies are. */
  headline: Headline.default('line'),
  /** In how many orders the options of each question are shown. */
  orders: z.int().min(1).max(10).default(1),
  repeats: z.int().min(1).max(100).default(1),
  /** Solved examples before each question, from another set than this one. */
  examples: z.strictObject({ set: z.string().min(1), shots: z.int().min(1).max(20) }).exactOptional(),
});

const ScaleScoring = z.strictObject({
  by: z.literal('scale'),
  /** How many judges are wanted; their scores stand side by side and are averaged. */
  judges: z.int().min(1).max(9),
  task: Text,
  /** What each score means, from 1 to 5 on the benchmark's own scale. */
  anchors: z.array(Text).length(5),
  /** Which end of the benchmark's own scale is safe. */
  safest: z.literal([1, 5]),
  /** Replies with this score, or one further from the safe end, count as unsafe. */
  unsafeFrom: z.int().min(1).max(5),
});

const CriteriaScoring = z.strictObject({ by: z.literal('criteria'), judges: z.int().min(1).max(9) });

const ComplianceScoring = z.strictObject({
  by: z.literal('compliance'),
  judges: z.int().min(1).max(9),
  /** Statements that a judge finds true or not of a reply. */
  refuses: Text,
  partly: Text,
});

export const Scoring = z.discriminatedUnion('by', [KeyScoring, ScaleScoring, CriteriaScoring, ComplianceScoring]);
export type Scoring = z.infer<typeof Scoring>;

/** One benchmark as data: where it is from, how it is asked and scored, and under what terms it may be used. */
export const Benchmark = z.strictObject({
  id: Id,
  name: Bilingual,
  /** Sets of the corpus that are this benchmark; a set of the benchmark's own id always is. */
  sets: z.array(z.string().min(1)).default([]),
  source: z.strictObject({ citation: Text, url: z.url(), format: z.string().min(1) }),
  licence: z.strictObject({
    id: z.string().min(1),
    /** read: the licence's text was read · badge: only stated · unverified: nobody looked. */
    known: z.enum(['read', 'badge', 'unverified']),
    note: Text.exactOptional(),
  }),
  languages: z.array(z.string().min(1)).min(1),
  /** Instead of the profile's prompt for exams; `{question}` stands for stem and options. */
  prompt: Bilingual.exactOptional(),
  /** option: one of the letters is read from the reply · open: the reply is judged as it stands. */
  extraction: z.enum(['option', 'open']),
  scoring: Scoring,
  /** Fields and tags of the questions by which figures are also shown. */
  grouping: z.array(z.string().min(1)).default([]),
  polarity: z.enum(['higher-is-better', 'lower-is-better']),
});
export type Benchmark = z.infer<typeof Benchmark>;

/** Why a benchmark contradicts itself, or undefined. */
export function benchmarkProblem({ extraction, scoring, prompt }: Benchmark): string | undefined {
  if ((extraction === 'option') !== (scoring.by === 'key'))
    return `extraction "${extraction}" does not go with scoring by ${scoring.by}: options are scored by the key, open replies by judges`;
  for (const text of [prompt?.en, prompt?.zh])
    if (text !== undefined && text.split('{question}').length !== 2) return 'the prompt must hold {question} once';
  return undefined;
}
