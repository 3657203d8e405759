import { z } from 'zod';
import { ImportOptions, ImportReport } from './schema.ts';

/** An import of files that were uploaded before under one upload id. */
export const StartImport = ImportOptions.extend({
  upload: z.uuid(),
  /** A benchmark is measured with, never trained on: its questions get no instances and overlapping ones are excluded. */
  benchmark: z.boolean().default(false),
});
export type StartImport = z.infer<typeof StartImport>;

export const UploadReply = z.object({ upload: z.uuid(), path: z.string(), bytes: z.int() });
export type UploadReply = z.infer<typeof UploadReply>;

export const ImportResult = ImportReport.extend({ excluded: z.int() });
export type ImportResult = z.infer<typeof ImportResult>;
