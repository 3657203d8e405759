import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, query } from '../../context/http.ts';
import { LinesReport } from '../schema.ts';
import { importProbes, listProbes, probeCoverage } from './actions.ts';
import { Coverage, ImportProbesInput } from './schema.ts';

const ProbePage = z.strictObject({
  after: z.string().exactOptional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** Probes and how they cover the profile; mounted within the red team's routes. */
export const probeRoutes = new Hono<AppEnv>()
  .post('/probes', async (c) =>
    c.json(LinesReport.parse(await importProbes(c.var.ctx, (await body(c, ImportProbesInput)).probes))),
  )
  .get('/probes', async (c) => c.json({ probes: await listProbes(c.var.ctx, query(c, ProbePage)) }))
  .get('/coverage', async (c) => c.json(Coverage.parse(await probeCoverage(c.var.ctx))));
