import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, query } from '../context/http.ts';
import { AppError } from '../core/error.ts';
import { corpusSummary, getQuestion, listQuestions, startImport, startScreening } from './actions.ts';
import { StartImport, UploadReply } from './import-schema.ts';
import { storeUpload } from './upload.ts';

const UploadQuery = z.strictObject({ path: z.string().min(1).max(1000), upload: z.uuid().exactOptional() });
const Page = z.strictObject({
  dataset: z.string().exactOptional(),
  set: z.string().exactOptional(),
  after: z.string().exactOptional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
});

export const corpusRoutes = new Hono<AppEnv>()
  .post('/uploads', async (c) => {
    const bytes = c.req.raw.body;
    if (bytes === null) throw new AppError('invalid_input', 'The file is empty: an upload needs a body.');
    return c.json(UploadReply.parse(await storeUpload(c.var.ctx, { ...query(c, UploadQuery), bytes })), 201);
  })
  .post('/imports', async (c) => c.json(await startImport(c.var.ctx, await body(c, StartImport)), 202))
  .post('/screenings', async (c) => c.json(await startScreening(c.var.ctx), 202))
  .get('/summary', async (c) => c.json(await corpusSummary(c.var.ctx)))
  .get('/questions', async (c) => c.json({ questions: await listQuestions(c.var.ctx, query(c, Page)) }))
  .get('/questions/:id', async (c) => c.json(await getQuestion(c.var.ctx, c.req.param('id'))));
