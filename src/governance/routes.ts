import { Hono } from 'hono';
import { requireRole } from '../context/actor.ts';
import { reader } from '../context/context.ts';
import { type AppEnv, body } from '../context/http.ts';
import { logStatus } from '../ledger/actions.ts';
import { LogStatus } from '../ledger/schema.ts';
import { totals } from '../llm/calls/call-store.ts';
import { CallTotals } from '../llm/schema.ts';
import { evidencePage, issuedEvidence } from './actions.ts';
import { eraseRecord } from './erasure.ts';
import { EraseInput, EraseReply } from './erasure-schema.ts';
import { buildEvidence } from './evidence.ts';
import { BuildEvidence, EvidenceReply } from './evidence-schema.ts';
import { modelLineage } from './lineage.ts';
import { ModelLineage } from './lineage-schema.ts';
import { overview } from './overview.ts';
import { Overview } from './schema.ts';

export const governanceRoutes = new Hono<AppEnv>()
  .get('/overview', async (c) => c.json(Overview.parse(await overview(c.var.ctx))))
  .get('/calls/totals', async (c) => {
    requireRole(c.var.ctx.actor, 'engineer', 'auditor', 'admin');
    return c.json(CallTotals.parse(await totals(reader(c.var.ctx))));
  })
  .get('/registry/models/:model/lineage', async (c) =>
    c.json(ModelLineage.parse(await modelLineage(c.var.ctx, c.req.param('model')))),
  )
  .get('/log/status', async (c) => c.json(LogStatus.parse(await logStatus(c.var.ctx))))
  .get('/evidence', async (c) => c.json({ packs: await issuedEvidence(c.var.ctx) }))
  .get('/evidence/:sha256/evidence.html', async (c) => c.html(await evidencePage(c.var.ctx, c.req.param('sha256'))))
  .post('/erasures', async (c) =>
    c.json(EraseReply.parse(await eraseRecord(c.var.ctx, await body(c, EraseInput))), 201),
  )
  .post('/evidence', async (c) =>
    c.json(EvidenceReply.parse(await buildEvidence(c.var.ctx, await body(c, BuildEvidence))), 201),
  );
