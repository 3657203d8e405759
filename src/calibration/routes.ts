import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, idParam, query } from '../context/http.ts';
import { agreement, batchReport, reviewersReport } from './actions.ts';
import { BatchReport } from './batches/schema.ts';
import { answerTraining, trainingFor } from './gold/answers.ts';
import { goldReport, importGold, registerGold, retireGold, setGoldShare } from './gold/keeping.ts';
import {
  AnswerGold,
  GoldReport,
  GoldSettingInput,
  ImportGold,
  Registered,
  RegisterGold,
  RetireGold,
  TrainingReply,
  TrainingState,
} from './gold/schema.ts';
import { ReviewersReport } from './reviewers/schema.ts';
import { AgreementQuery, AgreementReport } from './schema.ts';
import { reviewPlan, timeReport } from './times/actions.ts';
import { Plan, PlanQuery, TimeReport } from './times/schema.ts';

const Fresh = z.strictObject({ fresh: z.stringbool().default(false) });

export const qualityRoutes = new Hono<AppEnv>()
  .get('/agreement', async (c) => c.json(AgreementReport.parse(await agreement(c.var.ctx, query(c, AgreementQuery)))))
  .get('/reviewers', async (c) =>
    c.json(ReviewersReport.parse(await reviewersReport(c.var.ctx, query(c, Fresh).fresh))),
  )
  .get('/batches', async (c) => c.json(BatchReport.parse(await batchReport(c.var.ctx))))
  .get('/time', async (c) => c.json(TimeReport.parse(await timeReport(c.var.ctx))))
  .get('/plan', async (c) => c.json(Plan.parse(await reviewPlan(c.var.ctx, query(c, PlanQuery)))))
  .get('/gold', async (c) => c.json(GoldReport.parse(await goldReport(c.var.ctx))))
  .post('/gold', async (c) => c.json(Registered.parse(await registerGold(c.var.ctx, await body(c, RegisterGold))), 201))
  .post('/gold/import', async (c) =>
    c.json(Registered.parse(await importGold(c.var.ctx, (await body(c, ImportGold)).items)), 201),
  )
  .post('/gold/share', async (c) => {
    await setGoldShare(c.var.ctx, (await body(c, GoldSettingInput)).share);
    return c.json(GoldReport.parse(await goldReport(c.var.ctx)));
  })
  .post('/gold/:id/retirement', async (c) => {
    await retireGold(c.var.ctx, idParam(c), (await body(c, RetireGold)).reason);
    return c.json(GoldReport.parse(await goldReport(c.var.ctx)));
  })
  .get('/training', async (c) => c.json(TrainingState.parse(await trainingFor(c.var.ctx))))
  .post('/training', async (c) =>
    c.json(TrainingReply.parse(await answerTraining(c.var.ctx, await body(c, AnswerGold))), 201),
  );
