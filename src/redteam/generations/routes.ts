import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, idParam, query } from '../../context/http.ts';
import { AttackSources } from '../../profile/attack-schema.ts';
import { attackSources, getGeneration, listCandidates, resumeGeneration, startGeneration } from './actions.ts';
import { CandidatePage, GenerateProbes, Generation, GenerationStarted } from './schema.ts';

const Page = z.strictObject({
  from: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** Generations of probes and what they may draw from; mounted within the red team's routes. */
export const generationRoutes = new Hono<AppEnv>()
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
  );
