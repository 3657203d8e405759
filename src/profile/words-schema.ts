import { z } from 'zod';

/** A text in the two languages of the system. */
export const Bilingual = z.strictObject({ en: z.string().min(1), zh: z.string().min(1) });
export type Bilingual = z.infer<typeof Bilingual>;

/** What a profile names something by, in files and records. */
export const Code = z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'letters, digits and hyphens, beginning with a letter');
