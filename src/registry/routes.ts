import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, query } from '../context/http.ts';
import { getModel, listModels, modelSignature, registerModel } from './actions.ts';
import { approveModel, retireModel } from './decide.ts';
import { ApproveInput, Model, ModelDetail, ModelList, RegisterInput, RetireInput } from './schema.ts';

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
  )
  .post('/models/:model/retirement', async (c) =>
    c.json(Model.parse(await retireModel(c.var.ctx, c.req.param('model'), await body(c, RetireInput)))),
  )
  /** The envelope byte for byte, under a name that says which model it is of. */
  .get('/models/:model/signature', async (c) => {
    const { envelope, name } = await modelSignature(c.var.ctx, c.req.param('model'));
    c.header('content-type', 'application/json');
    c.header('content-disposition', `attachment; filename="${name}.dsse.json"`);
    return c.body(envelope);
  });
