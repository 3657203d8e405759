import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, idParam, query } from '../../context/http.ts';
import { judgmentQueue, judgmentTrail, labelJudgment } from './actions.ts';
import { JudgmentRef, JudgmentTrail, LabelJudgment, LabelReply, Queue } from './schema.ts';

const QueuePage = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(20),
  campaign: z.uuid().exactOptional(),
});
const Which = JudgmentRef.omit({ campaign: true });

/** The queue of disagreements, and what is behind a judgment; mounted within the red team's routes. */
export const disagreementRoutes = new Hono<AppEnv>()
  .get('/disagreements', async (c) => c.json(Queue.parse(await judgmentQueue(c.var.ctx, query(c, QueuePage)))))
  .post('/disagreements/labels', async (c) =>
    c.json(LabelReply.parse(await labelJudgment(c.var.ctx, await body(c, LabelJudgment))), 201),
  )
  .get('/campaigns/:id/judgment', async (c) =>
    c.json(JudgmentTrail.parse(await judgmentTrail(c.var.ctx, { campaign: idParam(c), ...query(c, Which) }))),
  );
