import { Hono } from 'hono';
import { type AppEnv, body, query } from '../../context/http.ts';
import { runSamples, runSeries, runSummaries } from './actions.ts';
import { acknowledgeAlarms, runAlarms } from './alarms.ts';
import { Acknowledge, AlarmList, RunSeries, RunSummaries, SampleList, SamplesQuery, SeriesQuery } from './schema.ts';

/** What is to be seen of training runs while they go on. */
export const watchRoutes = new Hono<AppEnv>()
  .get('/summaries', async (c) => c.json(RunSummaries.parse({ runs: await runSummaries(c.var.ctx) })))
  .get('/runs/:id/series', async (c) =>
    c.json(RunSeries.parse(await runSeries(c.var.ctx, c.req.param('id'), query(c, SeriesQuery)))),
  )
  .get('/runs/:id/samples', async (c) =>
    c.json(SampleList.parse(await runSamples(c.var.ctx, c.req.param('id'), query(c, SamplesQuery)))),
  )
  .get('/runs/:id/alarms', async (c) => c.json(AlarmList.parse(await runAlarms(c.var.ctx, c.req.param('id')))))
  .post('/runs/:id/acknowledgement', async (c) =>
    c.json(AlarmList.parse(await acknowledgeAlarms(c.var.ctx, c.req.param('id'), await body(c, Acknowledge))), 201),
  );
