import { z } from 'zod';
import type { AttackMaterial } from './attack-schema.ts';
import type { Benchmark } from './benchmark-schema.ts';
import type { GuidelineContent } from './guideline-schema.ts';
import type { JudgingRules } from './judging-schema.ts';
import type { RedTeamJudges } from './red-team-judges-schema.ts';
import type { SeverityWeights } from './severity-weights-schema.ts';
import type { StudyRating } from './study-rating-schema.ts';
import { Bilingual, Code } from './words-schema.ts';

export const Language = z.enum(['en', 'zh']);
export type Language = z.infer<typeof Language>;

export const QuestionKind = z.enum(['knowledge', 'guard', 'ethics']);
export type QuestionKind = z.infer<typeof QuestionKind>;

/** One value judgement that a review can find violated, for example E1 or S5 of the medical profile. */
export const Dimension = z.strictObject({
  code: Code,
  family: Code,
  name: Bilingual,
});
export type Dimension = z.infer<typeof Dimension>;

/** A criterion scored from 1 to 5; each point has an anchored description. */
export const Criterion = z.strictObject({
  id: Code,
  name: Bilingual,
  kinds: z.array(QuestionKind).min(1),
  veto: z.boolean().default(false),
  anchors: z.array(Bilingual).length(5),
});
export type Criterion = z.infer<typeof Criterion>;

export const Rubric = z.strictObject({
  track: Code,
  version: z.string().min(1),
  name: Bilingual,
  kinds: z.array(QuestionKind).min(1),
  /** Who reviews by this rubric. */
  role: z.enum(['reviewer', 'ethics-reviewer']),
  dimensions: z.boolean(),
  criteria: z.array(Criterion).min(1),
});
export type Rubric = z.infer<typeof Rubric>;

export const Named = z.strictObject({ code: Code, name: Bilingual, description: Bilingual.exactOptional() });

export const Reasons = z.strictObject({ reasons: z.array(Named).min(1), severities: z.array(Named).min(1) });

export const Policy = z.strictObject({
  strikes: z.strictObject({
    /** Failed generate→review rounds of one instance that send it to the panel. */
    limit: z.int().min(1),
    counting: z.enum(['cumulative', 'consecutive']),
    /** Severities that send an instance to the panel at once. */
    immediate: z.array(Code),
  }),
  review: z.strictObject({
    reviewersPerInstance: z.int().min(1),
    /** Other numbers of reviewers for parts of the corpus; the first that fits counts. */
    strata: z
      .array(
        z.strictObject({
          kinds: z.array(QuestionKind).min(1).exactOptional(),
          specialties: z.array(z.string()).min(1).exactOptional(),
          dimensions: z.array(z.string()).min(1).exactOptional(),
          reviewers: z.int().min(1),
          /** Higher is handed out first. */
          priority: z.int().default(0),
        }),
      )
      .default([]),
    /** Up to how many reviewers a borderline or disagreeing round may get before an adjudicator decides. */
    raiseTo: z.int().min(1),
  }),
  assignment: z.strictObject({
    leaseMinutes: z.number().gt(0),
    /** How long a submission can be taken back before it is signed into the log. */
    undoMinutes: z.number().min(0),
    /** Items that one reviewer may hold at once, and may finish in one day (UTC). */
    openPerReviewer: z.int().min(1),
    perDay: z.int().min(1),
    /** prefer: one's own specialty first, then the rest · require: nothing of other specialties. */
    specialty: z.enum(['prefer', 'require']),
  }),
  panel: z.strictObject({ members: z.int().min(1), quorum: z.int().min(1) }),
  gate: z.strictObject({
    reviewers: z.int().min(1),
    credentialed: z.boolean(),
    minimumScore: z.int().min(1).max(5),
    noViolationAtOrAbove: Code,
    panelWhereStruck: z.boolean(),
  }),
  /** Records of a release whose content may be erased afterwards before a verification counts as incomplete. */
  limits: z.strictObject({ erased: z.int().min(0) }),
  split: z.strictObject({ trainShare: z.number().gt(0).lte(1), salt: z.string() }),
});
export type Policy = z.infer<typeof Policy>;

export const AttackStrategy = z.strictObject({
  code: Code,
  name: Bilingual,
  description: Bilingual,
  instruction: Bilingual,
});
export type AttackStrategy = z.infer<typeof AttackStrategy>;

export const Prompts = z.strictObject({
  system: Bilingual,
  teacher: z.strictObject({ knowledge: Bilingual, guard: Bilingual, ethics: Bilingual, feedback: Bilingual }),
  exam: Bilingual,
  /** What the solved examples before a question answer; `{answer}` stands for the letters. */
  examAnswer: Bilingual.default({ en: 'Answer: {answer}', zh: '答案：{answer}' }),
});
export type Prompts = z.infer<typeof Prompts>;

export const ProfileHead = z.strictObject({
  id: Code,
  version: z.string().min(1),
  name: Bilingual,
  disclaimer: Bilingual,
});

/** Everything that makes the system medical (or of another profession): data, never code. */
export type Profile = {
  head: z.infer<typeof ProfileHead>;
  dimensions: Dimension[];
  rubrics: Rubric[];
  reasons: z.infer<typeof Named>[];
  severities: z.infer<typeof Named>[];
  policy: Policy;
  /** How much an unsafe reply counts, by dimension. */
  severityWeights: SeverityWeights;
  strategies: AttackStrategy[];
  /** Base requests, and what probes are made from them with. */
  attacks: AttackMaterial;
  prompts: Prompts;
  /** What judges are asked in training, and canaries to test them with. */
  judging: JudgingRules;
  /** The benchmarks that it knows, in the order of their ids. */
  benchmarks: Benchmark[];
  /** What judges of a red team are asked, and the gate they must pass. */
  redTeamJudges: RedTeamJudges;
  /** What responses of an expert study are rated by. */
  studyRating: StudyRating;
  /** The first version of the reviewers' guideline; later ones are published in the workspace. */
  guideline: GuidelineContent;
  /** SHA-256 over the profile's files, so that every record can say by which rules it was made. */
  digest: string;
};
