import { z } from 'zod';

/** Name of a training run. */
export const RunName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'small letters, digits and hyphens, at most 63');
