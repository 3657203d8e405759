import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, idParam, query } from '../context/http.ts';
import { getReport, listItems, recentCampaigns, resumeCampaign, startCampaign } from './actions.ts';
import { judgeRoutes } from './judges/routes.ts';
import { importProbes, listProbes, probeCoverage } from './probes/actions.ts';
import { reportRoutes } from './reports/routes.ts';
import { CampaignReport } from './reports/schema.ts';
import {
  CampaignList,
  CampaignStarted,
  Coverage,
  ImportProbesInput,
  ItemPage,
  LinesReport,
  StartCampaign,
  TargetName,
} from './schema.ts';

const Limit = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(20) });
const ProbePage = z.strictObject({
  after: z.string().exactOptional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
const Items = z.strictObject({
  target: TargetName,
  from: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

export const redteamRoutes = new Hono<AppEnv>()
  .post('/probes', async (c) =>
    c.json(LinesReport.parse(await importProbes(c.var.ctx, (await body(c, ImportProbesInput)).probes))),
  )
  .get('/probes', async (c) => c.json({ probes: await listProbes(c.var.ctx, query(c, ProbePage)) }))
  .get('/coverage', async (c) => c.json(Coverage.parse(await probeCoverage(c.var.ctx))))
  .route('/', judgeRoutes)
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
  .route('/', reportRoutes);
