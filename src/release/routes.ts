import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body } from '../context/http.ts';
import { allReleases, createRelease, getRelease, releaseExclusions } from './actions.ts';
import { approveRelease } from './approve.ts';
import { auditRelease, auditWorkspace } from './audit.ts';
import { exportRelease } from './export.ts';
import { AuditReport, CreateRelease, ExportFormat, ExportReply, Release } from './schema.ts';

export const releaseRoutes = new Hono<AppEnv>()
  .get('/', async (c) => c.json({ releases: await allReleases(c.var.ctx) }))
  .post('/', async (c) => c.json(Release.parse(await createRelease(c.var.ctx, await body(c, CreateRelease))), 201))
  .get('/:name', async (c) => c.json(Release.parse(await getRelease(c.var.ctx, c.req.param('name')))))
  .get('/:name/exclusions', async (c) =>
    c.json({ exclusions: await releaseExclusions(c.var.ctx, c.req.param('name')) }),
  )
  .get('/:name/audit', async (c) => c.json(AuditReport.parse(await auditRelease(c.var.ctx, c.req.param('name')))))
  .post('/:name/approval', async (c) => c.json(Release.parse(await approveRelease(c.var.ctx, c.req.param('name')))))
  .post('/:name/exports', async (c) => {
    const { format } = await body(c, z.strictObject({ format: ExportFormat }));
    return c.json(ExportReply.parse(await exportRelease(c.var.ctx, { name: c.req.param('name'), format })), 201);
  });

/** The audit of everything the workspace holds. */
export const auditRoutes = new Hono<AppEnv>().get('/', async (c) =>
  c.json(AuditReport.parse(await auditWorkspace(c.var.ctx))),
);
