import { Hono } from 'hono';
import { type AppEnv, body } from '../context/http.ts';
import { issuedEvidence } from './actions.ts';
import { buildEvidence } from './evidence.ts';
import { BuildEvidence, EvidenceReply } from './evidence-schema.ts';
import { overview } from './overview.ts';
import { Overview } from './schema.ts';

export const governanceRoutes = new Hono<AppEnv>()
  .get('/overview', async (c) => c.json(Overview.parse(await overview(c.var.ctx))))
  .get('/evidence', async (c) => c.json({ packs: await issuedEvidence(c.var.ctx) }))
  .post('/evidence', async (c) =>
    c.json(EvidenceReply.parse(await buildEvidence(c.var.ctx, await body(c, BuildEvidence))), 201),
  );
