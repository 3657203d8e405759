import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, idParam, query } from '../context/http.ts';
import { getReport, listItems, recentCampaigns, resumeCampaign, startCampaign } from './actions.ts';
import { disagreementRoutes } from './disagreements/routes.ts';
import { findingRoutes } from './findings/routes.ts';
import { generationRoutes } from './generations/routes.ts';
import { judgeRoutes } from './judges/routes.ts';
import { probeRoutes } from './probes/routes.ts';
import { reportRoutes } from './reports/routes.ts';
import { CampaignReport } from './reports/schema.ts';
import { CampaignList, CampaignStarted, ItemPage, StartCampaign, TargetName } from './schema.ts';
import { searchRoutes } from './searches/routes.ts';

const Limit = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(20) });
const Items = z.strictObject({
  target: TargetName,
  from: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** Campaigns, and within their routes those of the folders beside. */
export const redteamRoutes = new Hono<AppEnv>()
  .post('/campaigns', async (c) =>
    c.json(CampaignStarted.parse(await startCampaign(c.var.ctx, await body(c, StartCampaign))), 202),
  )
  .get('/campaigns', async (c) =>
    c.json(CampaignList.parse({ campaigns: await recentCampaigns(c.var.ctx, query(c, Limit).limit) })),
  )
  .get('/campaigns/:id', async (c) => c.json(CampaignReport.parse(await getReport(c.var.ctx, idParam(c)))))
  .post('/campaigns/:id/resume', async (c) =>
    c.json(CampaignStarted.parse(await resumeCampaign(c.var.ctx, idParam(c))), 202),
  )
  .get('/campaigns/:id/items', async (c) =>
    c.json(ItemPage.parse(await listItems(c.var.ctx, idParam(c), query(c, Items)))),
  )
  .route('/', probeRoutes)
  .route('/', generationRoutes)
  .route('/', searchRoutes)
  .route('/', judgeRoutes)
  .route('/', disagreementRoutes)
  .route('/', reportRoutes)
  .route('/findings', findingRoutes);
