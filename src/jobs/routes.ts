import { Hono } from 'hono';
import { z } from 'zod';
import { requireRole } from '../context/actor.ts';
import { reader } from '../context/context.ts';
import { type AppEnv, idParam, query } from '../context/http.ts';
import { AppError } from '../core/error.ts';
import { JobRun } from './schema.ts';
import { listRuns, readRun } from './store.ts';

const Limit = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(20) });

export const jobRoutes = new Hono<AppEnv>()
  .get('/', async (c) => {
    requireRole(c.var.ctx.actor, 'engineer', 'red-teamer', 'steward', 'auditor', 'admin');
    return c.json({ jobs: await listRuns(reader(c.var.ctx), query(c, Limit).limit) });
  })
  .get('/:id', async (c) => {
    requireRole(c.var.ctx.actor, 'engineer', 'red-teamer', 'steward', 'auditor', 'admin');
    const run = await readRun(reader(c.var.ctx), idParam(c));
    if (run === undefined) throw new AppError('not_found', `There is no job ${idParam(c)}.`);
    return c.json(JobRun.parse(run));
  })
  .post('/:id/stop', async (c) => {
    requireRole(c.var.ctx.actor, 'engineer', 'red-teamer');
    await c.var.ctx.jobs.stop(idParam(c));
    return c.json({ stopping: idParam(c) }, 202);
  });
