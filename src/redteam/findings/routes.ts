import { Hono } from 'hono';
import { type AppEnv, body, idParam, query } from '../../context/http.ts';
import { CampaignStarted } from '../schema.ts';
import { getFinding, listFindings, openFindings, retestFinding, triageFinding } from './actions.ts';
import { promoteFinding } from './promotion.ts';
import {
  Finding,
  FindingDetail,
  FindingFilter,
  FindingList,
  FindingPromoted,
  FindingsOpened,
  OpenFindings,
  PromoteFinding,
  RetestFinding,
  TriageFinding,
} from './schema.ts';

/** Findings; mounted within the red team's routes. */
export const findingRoutes = new Hono<AppEnv>()
  .post('/', async (c) =>
    c.json(FindingsOpened.parse(await openFindings(c.var.ctx, (await body(c, OpenFindings)).campaign))),
  )
  .get('/', async (c) =>
    c.json(FindingList.parse({ findings: await listFindings(c.var.ctx, query(c, FindingFilter)) })),
  )
  .get('/:id', async (c) => c.json(FindingDetail.parse(await getFinding(c.var.ctx, idParam(c)))))
  .post('/:id/triage', async (c) =>
    c.json(Finding.parse(await triageFinding(c.var.ctx, idParam(c), await body(c, TriageFinding)))),
  )
  .post('/:id/retest', async (c) =>
    c.json(CampaignStarted.parse(await retestFinding(c.var.ctx, idParam(c), await body(c, RetestFinding))), 202),
  )
  .post('/:id/promote', async (c) =>
    c.json(FindingPromoted.parse(await promoteFinding(c.var.ctx, idParam(c), await body(c, PromoteFinding)))),
  );
