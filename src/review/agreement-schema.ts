import { z } from 'zod';

/** One agreement figure; undefined figures have value null and a reason. */
export const AgreementFigure = z.object({
  criterion: z.string(),
  statistic: z.string(),
  method: z.string(),
  value: z.number().nullable(),
  reason: z.string().exactOptional(),
  n: z.int(),
  raters: z.int().exactOptional(),
  ci95: z.tuple([z.number(), z.number()]).exactOptional(),
  seed: z.int().exactOptional(),
  percentAgreement: z.number().exactOptional(),
});
export type AgreementFigure = z.infer<typeof AgreementFigure>;

export const AgreementReport = z.object({
  /** Rounds that at least two reviewers scored. */
  rounds: z.int(),
  reviewers: z.int(),
  criteria: z.array(AgreementFigure),
  violations: z.array(AgreementFigure),
});
export type AgreementReport = z.infer<typeof AgreementReport>;
