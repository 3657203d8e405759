import { Hono } from 'hono';
import { type AppEnv, body } from '../context/http.ts';
import { generationStatus, startGeneration } from './actions.ts';
import { GenerateInput, GenerationStatus, JobReply } from './schema.ts';

export const generationRoutes = new Hono<AppEnv>()
  .post('/runs', async (c) =>
    c.json(JobReply.parse(await startGeneration(c.var.ctx, await body(c, GenerateInput))), 202),
  )
  .get('/status', async (c) => c.json(GenerationStatus.parse(await generationStatus(c.var.ctx))));
