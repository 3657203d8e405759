import { z } from 'zod';
import { CalibrateInput } from './judges/schema.ts';

/** What a job of the red team does: campaigns, judges, and what attacks are made by. */
export const RedteamWork = z.discriminatedUnion('task', [
  z.strictObject({ task: z.literal('campaign'), campaign: z.uuid() }),
  z.strictObject({ task: z.literal('calibration'), calibration: CalibrateInput }),
  z.strictObject({ task: z.literal('generation'), generation: z.uuid() }),
  z.strictObject({ task: z.literal('search'), search: z.uuid() }),
]);
export type RedteamWork = z.infer<typeof RedteamWork>;
