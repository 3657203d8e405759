import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, query } from '../../context/http.ts';
import { JobReply, LinesReport } from '../schema.ts';
import { getJudge, importLabels, judgeGates, recentJudges, startCalibration } from './actions.ts';
import { CalibrateInput, ImportLabelsInput, JudgeGates, JudgeList, JudgeRecord } from './schema.ts';

const Limit = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(20) });

/** Judges, and the labels that they are made and measured by; mounted within the red team's routes. */
export const judgeRoutes = new Hono<AppEnv>()
  .post('/labels', async (c) =>
    c.json(LinesReport.parse(await importLabels(c.var.ctx, await body(c, ImportLabelsInput)))),
  )
  .post('/judges', async (c) =>
    c.json(JobReply.parse(await startCalibration(c.var.ctx, await body(c, CalibrateInput))), 202),
  )
  .get('/judges', async (c) =>
    c.json(JudgeList.parse({ judges: await recentJudges(c.var.ctx, query(c, Limit).limit) })),
  )
  .get('/judges/:id', async (c) => c.json(JudgeRecord.parse(await getJudge(c.var.ctx, c.req.param('id')))))
  .get('/judges/:id/gate', async (c) => c.json(JudgeGates.parse(await judgeGates(c.var.ctx, c.req.param('id')))));
