import { z } from 'zod';
import { importOptionsSchema, importReportSchema } from './schema.ts';

/** An import of files that were uploaded before under one upload id. */
export const StartImport = importOptionsSchema.extend({
  upload: z.uuid(),
  /** A benchmark is measured with, never trained on: its questions get no instances and overlapping ones are excluded. */
  benchmark: z.boolean().default(false),
});
export type StartImport = z.infer<typeof StartImport>;

export const UploadReply = z.object({ upload: z.uuid(), path: z.string(), bytes: z.int() });
export type UploadReply = z.infer<typeof UploadReply>;

export const ImportResult = importReportSchema.extend({ excluded: z.int() });
export type ImportResult = z.infer<typeof ImportResult>;
