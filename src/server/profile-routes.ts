import { Hono } from 'hono';
import type { AppEnv } from '../context/http.ts';
import { ProfileNames } from './profile-schema.ts';

/** The names of the profile in both languages. Any account may read them: they say nothing about anybody. */
export const profileRoutes = new Hono<AppEnv>().get('/', (c) => {
  const { head, dimensions, strategies, rubrics, reasons, severities } = c.var.ctx.profile;
  return c.json(
    ProfileNames.parse({
      ...head,
      dimensions,
      strategies,
      rubrics: rubrics.map(({ track, name, criteria }) => ({
        track,
        name,
        criteria: criteria.map((criterion) => ({ code: criterion.id, name: criterion.name })),
      })),
      reasons,
      severities,
    }),
  );
});
