import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, query } from '../../context/http.ts';
import { TrainingRun } from '../schema.ts';
import { rewardHealth } from './health.ts';
import { scoreForOpenRlhf } from './openrlhf.ts';
import { openRewardRun } from './runs.ts';
import { OpenRewardRun, OpenRlhfReply, OpenRlhfRequest, RewardHealth, RewardReply, RewardRequest } from './schema.ts';
import { scoreBatch } from './score.ts';

const HealthQuery = z.strictObject({
  run: z.string().min(1).optional(),
  warm: z.enum(['true', 'false']).default('false'),
});

/** Engines elsewhere reach the reward service here. Who judges is written in the run, never in the request. */
export const rewardRoutes = new Hono<AppEnv>()
  .post('/', async (c) => {
    query(c, z.strictObject({})); // a judge named in the address would be passed over in silence
    return c.json(RewardReply.parse(await scoreBatch(c.var.ctx, await body(c, RewardRequest))));
  })
  .post('/openrlhf/:run', async (c) => {
    const request = await body(c, OpenRlhfRequest);
    return c.json(OpenRlhfReply.parse(await scoreForOpenRlhf(c.var.ctx, c.req.param('run'), request)));
  })
  .get('/health', async (c) => {
    const { run, warm } = query(c, HealthQuery);
    const asked = { ...(run === undefined ? {} : { run }), warm: warm === 'true' };
    return c.json(RewardHealth.parse(await rewardHealth(c.var.ctx, asked)));
  })
  .post('/runs', async (c) =>
    c.json(TrainingRun.parse(await openRewardRun(c.var.ctx, await body(c, OpenRewardRun))), 201),
  );
