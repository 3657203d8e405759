import { z } from 'zod';
import { Signature, SignatureProof } from '../accounts/schema.ts';
import { StudyAxis } from '../profile/study-rating-schema.ts';
import { StudyDesign } from './design-schema.ts';

/*
 * Routes (all under /v1/studies). Staff: engineer and steward make studies; auditor and release-approver read them too.
 *
 * GET    /                       StudyList                          staff
 * POST   /                       CreateStudy → Study, 201           engineer, steward
 * POST   /check                  CreateStudy → StudyPlan            engineer, steward; stores nothing
 * GET    /rating                 RaterStudies                       whoever rates in a study
 * GET    /:id                    Study                              staff; raters once it is closed
 * POST   /:id/register           RegisterStudy → Study              engineer, steward
 * POST   /:id/amendments         AmendStudy → Study                 engineer, steward
 * POST   /:id/responses          ImportResponses → ImportReport     engineer, steward
 * POST   /:id/open               OpenStudy → Study                  engineer, steward
 * POST   /:id/imported-ratings   ImportRatings → ImportReport       engineer, steward
 * GET    /:id/rating             RatingPage                         the study's raters
 * POST   /:id/ratings            SubmitRating → RatingReceipt       the study's raters
 * POST   /:id/guesses            SubmitGuesses → GuessReceipt       the study's raters, after their last item
 * POST   /:id/close              CloseStudy → Study                 engineer, steward
 * GET    /:id/analysis           StudyAnalysis (report-schema.ts)   staff and raters, once it is closed
 * GET    /:id/export/:file       report.html, analysis.json, forest.svg, forest-pass.svg, ratings-long.csv,
 *                                scores-wide.csv, primary.R; read by whom the analysis is read
 */

export const StudyState = z.enum(['draft', 'registered', 'open', 'closed']);
export type StudyState = z.infer<typeof StudyState>;

export const CreateStudy = z.strictObject({ design: StudyDesign });
export type CreateStudy = z.infer<typeof CreateStudy>;

/** The power of one claim at the design's numbers; null with a reason where no way to compute it is known. */
export const PlannedClaim = z.object({
  claim: z.string(),
  primary: z.boolean(),
  method: z.string(),
  n: z.int(),
  power: z.number().nullable(),
  reason: z.string().exactOptional(),
  /** True where the power is below the design's; a refused claim is never made from this study. */
  refused: z.boolean(),
});
export type PlannedClaim = z.infer<typeof PlannedClaim>;

export const StudyPlan = z.object({
  /** SHA-256 of the canonical JSON (RFC 8785) of the design with its form. */
  digest: z.string(),
  claims: z.array(PlannedClaim),
  /** One sentence each, for example "non-inferiority on pass/fail at margin 0.1 with 30 vignettes: power .18". */
  refused: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type StudyPlan = z.infer<typeof StudyPlan>;

/** A step of a study with the event of the system chain that records it. */
export const StudyStep = z.object({ by: z.string(), at: z.string(), eventSeq: z.int() });
export type StudyStep = z.infer<typeof StudyStep>;

export const Amendment = StudyStep.extend({ number: z.int(), reason: z.string(), change: z.string() });
export type Amendment = z.infer<typeof Amendment>;

export const ArmCount = z.object({ arm: z.string(), planned: z.int(), received: z.int() });
export type ArmCount = z.infer<typeof ArmCount>;

export const StudyProgress = z.object({
  responses: z.array(ArmCount),
  /** One per rater account; imported ratings by the names they came with. */
  raters: z.array(
    z.object({ rater: z.string(), imported: z.boolean(), planned: z.int(), received: z.int(), guesses: z.int() }),
  ),
  ratings: z.object({ planned: z.int(), received: z.int() }),
});
export type StudyProgress = z.infer<typeof StudyProgress>;

export const StudySummary = z.object({
  id: z.uuid(),
  title: z.string(),
  illustrative: z.boolean(),
  state: StudyState,
  createdBy: z.string(),
  createdAt: z.string(),
  progress: StudyProgress,
});
export type StudySummary = z.infer<typeof StudySummary>;

export const StudyList = z.object({ studies: z.array(StudySummary) });

export const Study = StudySummary.extend({
  design: StudyDesign,
  axes: z.array(StudyAxis),
  plan: StudyPlan,
  registered: StudyStep.extend({ lowPower: z.string().exactOptional() }).exactOptional(),
  opened: StudyStep.extend({ missing: z.string().exactOptional() }).exactOptional(),
  closed: StudyStep.extend({
    incomplete: z.string().exactOptional(),
    signature: Signature.exactOptional(),
  }).exactOptional(),
  amendments: z.array(Amendment),
});
export type Study = z.infer<typeof Study>;

const Reason = z.string().trim().min(1).max(1000);

/** `lowPower` says why a study is registered although its primary claim has less power than it asks for. */
export const RegisterStudy = z.strictObject({ lowPower: Reason.exactOptional() });
export type RegisterStudy = z.infer<typeof RegisterStudy>;

export const AmendStudy = z.strictObject({ reason: Reason, change: Reason });
export type AmendStudy = z.infer<typeof AmendStudy>;

/** `line` is where the row stands in its file, for messages. */
export const ResponseRow = z.strictObject({
  line: z.int().min(1),
  arm: z.string().min(1),
  vignette: z.string().min(1),
  /** Which of the arm's people or samples, from 1. */
  person: z.int().min(1).default(1),
  text: z.string().min(1).max(50_000),
  /** The account that wrote it, which never rates it. */
  author: z.string().min(1).max(100).exactOptional(),
});
export type ResponseRow = z.infer<typeof ResponseRow>;

export const ImportResponses = z.strictObject({ rows: z.array(ResponseRow).min(1).max(100_000) });
export type ImportResponses = z.infer<typeof ImportResponses>;

export const RatingRow = z.strictObject({
  line: z.int().min(1),
  rater: z.string().min(1).max(100),
  arm: z.string().min(1),
  vignette: z.string().min(1),
  person: z.int().min(1).default(1),
  scores: z.record(z.string(), z.number()),
  seconds: z.number().min(0).exactOptional(),
  recognised: z.boolean().default(false),
  note: z.string().max(5000).exactOptional(),
});
export type RatingRow = z.infer<typeof RatingRow>;

export const ImportRatings = z.strictObject({ rows: z.array(RatingRow).min(1).max(500_000) });
export type ImportRatings = z.infer<typeof ImportRatings>;

export const ImportReport = z.object({ added: z.int(), same: z.int() });
export type ImportReport = z.infer<typeof ImportReport>;

/** `missing` says why rating begins although not all responses are there. */
export const OpenStudy = z.strictObject({ missing: Reason.exactOptional() });
export type OpenStudy = z.infer<typeof OpenStudy>;

/** `incomplete` says why the study ends although not all planned ratings are there. */
export const CloseStudy = z.strictObject({ incomplete: Reason.exactOptional(), proof: SignatureProof.exactOptional() });
export type CloseStudy = z.infer<typeof CloseStudy>;

/** What the steps keep beside who, when and which event. */
export const RegisteredData = z.object({ lowPower: z.string().exactOptional() });
export const OpenedData = z.object({ missing: z.string().exactOptional() });
export const ClosedData = z.object({ incomplete: z.string().exactOptional(), signature: Signature.exactOptional() });
