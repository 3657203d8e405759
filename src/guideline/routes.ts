import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, parse, query } from '../context/http.ts';
import {
  currentGuideline,
  fileGap,
  gaps,
  guidelineRights,
  guidelineVersion,
  guidelineVersions,
  publishGuideline,
} from './actions.ts';
import {
  CurrentGuideline,
  Gap,
  GapInput,
  GapList,
  GapState,
  GuidelineVersion,
  GuidelineVersions,
  PublishInput,
} from './schema.ts';

export const guidelineRoutes = new Hono<AppEnv>()
  .get('/', async (c) => {
    const { ctx } = c.var;
    return c.json(CurrentGuideline.parse({ ...(await currentGuideline(ctx)), can: guidelineRights(ctx) }));
  })
  .post('/', async (c) =>
    c.json(GuidelineVersion.parse(await publishGuideline(c.var.ctx, await body(c, PublishInput))), 201),
  )
  .get('/versions', async (c) => c.json(GuidelineVersions.parse({ versions: await guidelineVersions(c.var.ctx) })))
  .get('/versions/:n', async (c) => {
    const n = parse(z.coerce.number().int().min(1).max(2_147_483_647), c.req.param('n'), 'version');
    return c.json(GuidelineVersion.parse(await guidelineVersion(c.var.ctx, n)));
  })
  .get('/gaps', async (c) => {
    const { state } = query(c, z.strictObject({ state: GapState.default('open') }));
    return c.json(GapList.parse({ gaps: await gaps(c.var.ctx, state) }));
  })
  .post('/gaps', async (c) => c.json(Gap.parse(await fileGap(c.var.ctx, await body(c, GapInput))), 201));
