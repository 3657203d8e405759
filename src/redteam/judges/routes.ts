import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, idParam, query } from '../../context/http.ts';
import { judgmentQueue, judgmentTrail, labelJudgment } from '../disagreements/actions.ts';
import { JudgmentRef, JudgmentTrail, LabelJudgment, LabelReply, Queue } from '../disagreements/schema.ts';
import { importLabels } from '../probes/actions.ts';
import { JobReply, LinesReport } from '../schema.ts';
import { getJudge, judgeGates, recentJudges, startCalibration } from './actions.ts';
import { CalibrateInput, ImportLabelsInput, JudgeGates, JudgeList, JudgeRecord } from './schema.ts';

const Limit = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(20) });
const QueuePage = Limit.extend({ campaign: z.uuid().exactOptional() });
const Which = JudgmentRef.omit({ campaign: true });

/** Judges, clinicians' labels, the queue of disagreements and what is behind a judgment. */
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
  .get('/judges/:id/gate', async (c) => c.json(JudgeGates.parse(await judgeGates(c.var.ctx, c.req.param('id')))))
  .get('/disagreements', async (c) => c.json(Queue.parse(await judgmentQueue(c.var.ctx, query(c, QueuePage)))))
  .post('/disagreements/labels', async (c) =>
    c.json(LabelReply.parse(await labelJudgment(c.var.ctx, await body(c, LabelJudgment))), 201),
  )
  .get('/campaigns/:id/judgment', async (c) =>
    c.json(JudgmentTrail.parse(await judgmentTrail(c.var.ctx, { campaign: idParam(c), ...query(c, Which) }))),
  );
