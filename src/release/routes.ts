import { Hono } from 'hono';
import { type AppEnv, body } from '../context/http.ts';
import { allReleases, createRelease, getRelease, releaseExclusions } from './actions.ts';
import { approveRelease } from './approve.ts';
import { CreateRelease, Release } from './schema.ts';

export const releaseRoutes = new Hono<AppEnv>()
  .get('/', async (c) => c.json({ releases: await allReleases(c.var.ctx) }))
  .post('/', async (c) => c.json(Release.parse(await createRelease(c.var.ctx, await body(c, CreateRelease))), 201))
  .get('/:name', async (c) => c.json(Release.parse(await getRelease(c.var.ctx, c.req.param('name')))))
  .get('/:name/exclusions', async (c) =>
    c.json({ exclusions: await releaseExclusions(c.var.ctx, c.req.param('name')) }),
  )
  .post('/:name/approval', async (c) => c.json(Release.parse(await approveRelease(c.var.ctx, c.req.param('name')))));
