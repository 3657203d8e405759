import { Hono } from 'hono';
import { z } from 'zod';
import { requireRole } from '../context/actor.ts';
import { type AppEnv, body, query } from '../context/http.ts';
import { getTrainingRun, startTraining, stopTraining, trainingEvents, trainingRuns } from './actions.ts';
import { recipeRoutes } from './recipe/routes.ts';
import { StartRun, TrainingRun } from './schema.ts';
import { watchRoutes } from './watch/routes.ts';

const Page = z.strictObject({
  after: z.coerce.number().int().min(-1).default(-1),
  limit: z.coerce.number().int().min(1).max(5000).default(500),
});

export const trainingRoutes = new Hono<AppEnv>()
  .post('/runs', async (c) => c.json(TrainingRun.parse(await startTraining(c.var.ctx, await body(c, StartRun))), 202))
  .get('/runs', async (c) => c.json({ runs: await trainingRuns(c.var.ctx) }))
  .get('/runs/:id', async (c) => {
    requireRole(c.var.ctx.actor, 'engineer', 'steward', 'auditor', 'release-approver');
    return c.json(TrainingRun.parse(await getTrainingRun(c.var.ctx, c.req.param('id'))));
  })
  .post('/runs/:id/stop', async (c) => c.json(TrainingRun.parse(await stopTraining(c.var.ctx, c.req.param('id'))), 202))
  .get('/runs/:id/events', async (c) =>
    c.json({ events: await trainingEvents(c.var.ctx, c.req.param('id'), query(c, Page)) }),
  )
  .route('/', recipeRoutes)
  .route('/', watchRoutes);
