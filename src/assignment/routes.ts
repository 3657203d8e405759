import { Hono } from 'hono';
import { type AppEnv, body, idParam } from '../context/http.ts';
import { claim, conflicts, declareConflict, heartbeat, release } from './actions.ts';
import { Assignment, ClaimInput, ClaimReply, Conflict, ConflictInput, ReleaseInput } from './schema.ts';

export const assignmentRoutes = new Hono<AppEnv>()
  .post('/claim', async (c) => c.json(ClaimReply.parse(await claim(c.var.ctx, (await body(c, ClaimInput)).want))))
  .post('/:id/heartbeat', async (c) => c.json(Assignment.parse(await heartbeat(c.var.ctx, idParam(c)))))
  .post('/:id/release', async (c) =>
    c.json(Assignment.parse(await release(c.var.ctx, idParam(c), await body(c, ReleaseInput)))),
  )
  .get('/conflicts', async (c) => c.json({ conflicts: await conflicts(c.var.ctx) }))
  .post('/conflicts', async (c) =>
    c.json(Conflict.parse(await declareConflict(c.var.ctx, await body(c, ConflictInput))), 201),
  );
