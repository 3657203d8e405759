import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, idParam, query } from '../context/http.ts';
import { AttackSources } from '../profile/attack-schema.ts';
import {
  attackSources,
  getGeneration,
  listCandidates,
  resumeGeneration,
  startGeneration,
} from './generations/actions.ts';
import { CandidatePage, GenerateProbes, Generation, GenerationStarted } from './generations/schema.ts';
import { getSearch, listAttempts, resumeSearch, startSearch } from './searches/actions.ts';
import { AttemptPage, SearchReport, SearchStarted, StartSearch } from './searches/schema.ts';

const Page = z.strictObject({
  from: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

const OfProbe = z.strictObject({ probe: z.string().min(1) });

/** Attacks being made; mounted beside the probes. */
export const attackRoutes = new Hono<AppEnv>()
  .get('/sources', (c) => c.json(AttackSources.parse(attackSources(c.var.ctx))))
  .post('/generations', async (c) =>
    c.json(GenerationStarted.parse(await startGeneration(c.var.ctx, await body(c, GenerateProbes))), 202),
  )
  .get('/generations/:id', async (c) => c.json(Generation.parse(await getGeneration(c.var.ctx, idParam(c)))))
  .post('/generations/:id/resume', async (c) =>
    c.json(GenerationStarted.parse(await resumeGeneration(c.var.ctx, idParam(c))), 202),
  )
  .get('/generations/:id/candidates', async (c) =>
    c.json(CandidatePage.parse(await listCandidates(c.var.ctx, idParam(c), query(c, Page)))),
  )
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
