import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, query } from '../context/http.ts';
import { approveModel, getModel, listModels, registerModel } from './actions.ts';
import { ApproveInput, Model, ModelDetail, ModelList, RegisterInput } from './schema.ts';

const Page = z.strictObject({
  after: z.string().exactOptional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

export const registryRoutes = new Hono<AppEnv>()
  .get('/models', async (c) => c.json(ModelList.parse({ models: await listModels(c.var.ctx, query(c, Page)) })))
  .post('/models', async (c) => c.json(Model.parse(await registerModel(c.var.ctx, await body(c, RegisterInput))), 201))
  .get('/models/:model', async (c) => c.json(ModelDetail.parse(await getModel(c.var.ctx, c.req.param('model')))))
  .post('/models/:model/approval', async (c) =>
    c.json(Model.parse(await approveModel(c.var.ctx, c.req.param('model'), await body(c, ApproveInput)))),
  );
