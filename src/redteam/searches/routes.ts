import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, idParam, query } from '../../context/http.ts';
import { getSearch, listAttempts, resumeSearch, startSearch } from './actions.ts';
import { AttemptPage, SearchReport, SearchStarted, StartSearch } from './schema.ts';

const OfProbe = z.strictObject({ probe: z.string().min(1) });

/** Adaptive searches and their attempts; mounted within the red team's routes. */
export const searchRoutes = new Hono<AppEnv>()
  .post('/searches', async (c) =>
    c.json(SearchStarted.parse(await startSearch(c.var.ctx, await body(c, StartSearch))), 202),
  )
  .get('/searches/:id', async (c) => c.json(SearchReport.parse(await getSearch(c.var.ctx, idParam(c)))))
  .post('/searches/:id/resume', async (c) =>
    c.json(SearchStarted.parse(await resumeSearch(c.var.ctx, idParam(c))), 202),
  )
  .get('/searches/:id/attempts', async (c) =>
    c.json(AttemptPage.parse({ attempts: await listAttempts(c.var.ctx, idParam(c), query(c, OfProbe).probe) })),
  );
