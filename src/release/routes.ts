import { Hono, type Context as HonoContext } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, parse } from '../context/http.ts';
import { Openings } from '../ledger/schema.ts';
import { allReleases, createRelease, getRelease, releaseExclusions } from './actions.ts';
import { approveRelease } from './approve.ts';
import { auditRelease, auditWorkspace } from './audit/audit.ts';
import { exportRelease } from './export/export.ts';
import { listReleaseFiles, openReleaseFile } from './export/files.ts';
import { releaseOpenings } from './openings.ts';
import { ApproveRelease, AuditReport, CreateRelease, ExportFormat, ExportReply, Release } from './schema.ts';

export const releaseRoutes = new Hono<AppEnv>()
  .get('/', async (c) => c.json({ releases: await allReleases(c.var.ctx) }))
  .post('/', async (c) => c.json(Release.parse(await createRelease(c.var.ctx, await body(c, CreateRelease))), 201))
  .get('/:name', async (c) => c.json(Release.parse(await getRelease(c.var.ctx, c.req.param('name')))))
  .get('/:name/exclusions', async (c) =>
    c.json({ exclusions: await releaseExclusions(c.var.ctx, c.req.param('name')) }),
  )
  .get('/:name/openings', async (c) =>
    c.json(Openings.parse({ openings: await releaseOpenings(c.var.ctx, c.req.param('name')) })),
  )
  .get('/:name/audit', async (c) => c.json(AuditReport.parse(await auditRelease(c.var.ctx, c.req.param('name')))))
  .post('/:name/approval', async (c) => {
    const input = (await c.req.text()) === '' ? {} : await body(c, ApproveRelease);
    return c.json(Release.parse(await approveRelease(c.var.ctx, c.req.param('name'), input)));
  })
  .post('/:name/exports', async (c) => {
    const { format } = await body(c, z.strictObject({ format: ExportFormat }));
    return c.json(ExportReply.parse(await exportRelease(c.var.ctx, { name: c.req.param('name'), format })), 201);
  })
  .get('/:name/files', async (c) => c.json({ files: await listReleaseFiles(c.var.ctx, { name: c.req.param('name') }) }))
  .get('/:name/files/*', async (c) => send(c, { name: c.req.param('name') }, '/files/'))
  .get('/:name/exports/:format/files/*', async (c) => {
    const format = parse(ExportFormat, c.req.param('format'), 'format');
    return send(c, { name: c.req.param('name'), format }, '/files/');
  });

async function send(
  c: HonoContext<AppEnv>,
  source: { name: string; format?: ExportFormat },
  before: string,
): Promise<Response> {
  const path = decodeURIComponent(c.req.path.slice(c.req.path.indexOf(before) + before.length));
  const { body, bytes } = await openReleaseFile(c.var.ctx, source, path);
  c.header('Content-Type', 'application/octet-stream');
  c.header('Content-Length', String(bytes));
  return c.body(body);
}

/** The audit of everything the workspace holds. */
export const auditRoutes = new Hono<AppEnv>().get('/', async (c) =>
  c.json(AuditReport.parse(await auditWorkspace(c.var.ctx))),
);
