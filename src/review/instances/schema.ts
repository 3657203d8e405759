import { z } from 'zod';
import { Question } from '../../corpus/schema.ts';
import { Instance, TraceRecord } from '../../generation/schema.ts';
import { LoggedEvent } from '../../ledger/schema.ts';
import { Confirmation, PanelCase, Review } from '../schema.ts';

/** Everything about one instance, as far as the actor may see it. */
export const InstanceView = z.object({
  instance: Instance,
  question: Question,
  traces: z.array(TraceRecord),
  reviews: z.array(Review),
  confirmations: z.array(Confirmation),
  panel: z.array(PanelCase),
  /** The instance's chain in the event log; without the statements of peers that the actor may not see yet. */
  history: z.array(LoggedEvent),
});
export type InstanceView = z.infer<typeof InstanceView>;
