import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, query } from '../context/http.ts';
import { ablationReport, recentAblations, startAblation } from './actions.ts';
import { AblationList, AblationReport, StartAblation, StartedAblation } from './schema.ts';

const Limit = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(20) });

export const ablationRoutes = new Hono<AppEnv>()
  .get('/', async (c) =>
    c.json(AblationList.parse({ ablations: await recentAblations(c.var.ctx, query(c, Limit).limit) })),
  )
  .post('/', async (c) =>
    c.json(StartedAblation.parse(await startAblation(c.var.ctx, await body(c, StartAblation))), 202),
  )
  .get('/:name', async (c) => c.json(AblationReport.parse(await ablationReport(c.var.ctx, c.req.param('name')))));
