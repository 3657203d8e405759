import { z } from 'zod';
import { AgreementReport } from '../../calibration/schema.ts';
import { GenerationStatus } from '../../generation/schema.ts';
import { LogStatus } from '../../ledger/schema.ts';
import { CallTotals } from '../../llm/schema.ts';
import type { Client } from '../client.ts';

const CorpusSummary = z.object({
  counts: z.array(
    z.object({
      dataset: z.string(),
      kind: z.string(),
      language: z.string(),
      state: z.string(),
      benchmark: z.boolean(),
      n: z.int(),
    }),
  ),
  dimensions: z.array(z.object({ dimension: z.string(), n: z.int() })),
});
const ReviewCounts = z.object({
  reviews: z.int(),
  edits: z.int(),
  confirmations: z.int(),
  cases: z.int(),
  decided: z.int(),
});

/** What the whole workspace holds once the pipeline has ended: the counts that any later work would change. */
export const Counted = z.object({
  corpus: CorpusSummary,
  generation: GenerationStatus,
  reviews: ReviewCounts,
  agreement: AgreementReport,
  log: LogStatus,
  calls: CallTotals,
});
export type Counted = z.infer<typeof Counted>;

/**
 * Reads the counts, to be kept. The summary is built from them whenever the demonstration is run again, so that neither
 * the open work nor what a visitor does with it moves a figure.
 */
export async function countAll(client: Client): Promise<Counted> {
  return {
    corpus: await client.get(CorpusSummary, '/v1/corpus/summary'),
    generation: await client.get(GenerationStatus, '/v1/generation/status'),
    reviews: await client.get(ReviewCounts, '/v1/reviews/counts'),
    agreement: await client.get(AgreementReport, '/v1/quality/agreement'),
    log: await client.get(LogStatus, '/v1/log/status'),
    calls: await client.get(CallTotals, '/v1/calls/totals'),
  };
}
