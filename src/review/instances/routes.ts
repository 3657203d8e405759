import { Hono } from 'hono';
import { z } from 'zod';
import { type Role, requireRole } from '../../context/actor.ts';
import { type AppEnv, idParam, query } from '../../context/http.ts';
import { instancePage } from '../../generation/actions.ts';
import { InstanceState } from '../../generation/schema.ts';
import { Openings } from '../../ledger/schema.ts';
import { InstanceView } from './schema.ts';
import { instanceOpenings, viewInstance } from './view.ts';

const Page = z.strictObject({
  state: InstanceState.exactOptional(),
  after: z.uuid().exactOptional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

const readers: Role[] = [
  'reviewer',
  'ethics-reviewer',
  'adjudicator',
  'panel-member',
  'panel-chair',
  'steward',
  'release-approver',
  'auditor',
  'engineer',
];

export const instanceRoutes = new Hono<AppEnv>()
  .get('/', async (c) => {
    requireRole(c.var.ctx.actor, 'engineer', 'steward', 'auditor', 'red-teamer', 'admin', 'panel-chair');
    return c.json({ instances: await instancePage(c.var.ctx, query(c, Page)) });
  })
  .get('/:id', async (c) => {
    requireRole(c.var.ctx.actor, ...readers);
    return c.json(InstanceView.parse(await viewInstance(c.var.ctx, idParam(c))));
  })
  .get('/:id/openings', async (c) => {
    requireRole(c.var.ctx.actor, ...readers);
    return c.json(Openings.parse({ openings: await instanceOpenings(c.var.ctx, idParam(c)) }));
  });
