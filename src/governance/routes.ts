import { Hono } from 'hono';
import type { AppEnv } from '../context/http.ts';
import { overview } from './overview.ts';
import { Overview } from './schema.ts';

export const overviewRoutes = new Hono<AppEnv>().get('/', async (c) =>
  c.json(Overview.parse(await overview(c.var.ctx))),
);
