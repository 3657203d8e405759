import { z } from 'zod';

const Count = z.int().min(0);
export const Interval = z.tuple([z.number(), z.number()]).readonly();
export const RateFigure = z.object({ k: Count, n: Count, rate: z.number().nullable(), ci95: Interval.nullable() });
export type RateFigure = z.infer<typeof RateFigure>;

/** One figure with what it was computed from; null with the reason where the data do not define it. */
export const Figure = z.object({
  value: z.number().nullable(),
  ci95: Interval.nullable(),
  n: Count,
  method: z.string(),
  reason: z.string().exactOptional(),
});
export type Figure = z.infer<typeof Figure>;
