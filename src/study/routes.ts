import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, idParam, query } from '../context/http.ts';
import {
  amendStudy,
  checkStudy,
  closeStudy,
  createStudy,
  getStudy,
  listStudies,
  openStudy,
  registerStudy,
} from './actions.ts';
import { analyseStudy } from './analysis-actions.ts';
import { exportFile } from './export-actions.ts';
import { importRatings, importResponses } from './import-actions.ts';
import { ownStudies, ratingPage, submitGuesses, submitRating } from './rating-actions.ts';
import { GuessReceipt, RaterStudies, RatingPage, RatingReceipt, SubmitGuesses, SubmitRating } from './rating-schema.ts';
import { StudyAnalysis } from './report-schema.ts';
import {
  AmendStudy,
  CloseStudy,
  CreateStudy,
  ImportRatings,
  ImportReport,
  ImportResponses,
  OpenStudy,
  RegisterStudy,
  Study,
  StudyList,
  StudyPlan,
} from './schema.ts';

const Limit = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) });

export const studyRoutes = new Hono<AppEnv>()
  .get('/', async (c) => c.json(StudyList.parse({ studies: await listStudies(c.var.ctx, query(c, Limit).limit) })))
  .post('/', async (c) => c.json(Study.parse(await createStudy(c.var.ctx, (await body(c, CreateStudy)).design)), 201))
  .post('/check', async (c) =>
    c.json(StudyPlan.parse(await checkStudy(c.var.ctx, (await body(c, CreateStudy)).design))),
  )
  .get('/rating', async (c) => c.json(RaterStudies.parse(await ownStudies(c.var.ctx))))
  .get('/:id', async (c) => c.json(Study.parse(await getStudy(c.var.ctx, idParam(c)))))
  .post('/:id/register', async (c) =>
    c.json(Study.parse(await registerStudy(c.var.ctx, idParam(c), await body(c, RegisterStudy)))),
  )
  .post('/:id/amendments', async (c) =>
    c.json(Study.parse(await amendStudy(c.var.ctx, idParam(c), await body(c, AmendStudy))), 201),
  )
  .post('/:id/responses', async (c) =>
    c.json(ImportReport.parse(await importResponses(c.var.ctx, idParam(c), await body(c, ImportResponses)))),
  )
  .post('/:id/open', async (c) => c.json(Study.parse(await openStudy(c.var.ctx, idParam(c), await body(c, OpenStudy)))))
  .post('/:id/imported-ratings', async (c) =>
    c.json(ImportReport.parse(await importRatings(c.var.ctx, idParam(c), await body(c, ImportRatings)))),
  )
  .get('/:id/rating', async (c) => c.json(RatingPage.parse(await ratingPage(c.var.ctx, idParam(c)))))
  .post('/:id/ratings', async (c) =>
    c.json(RatingReceipt.parse(await submitRating(c.var.ctx, idParam(c), await body(c, SubmitRating)))),
  )
  .post('/:id/guesses', async (c) =>
    c.json(GuessReceipt.parse(await submitGuesses(c.var.ctx, idParam(c), await body(c, SubmitGuesses)))),
  )
  .post('/:id/close', async (c) =>
    c.json(Study.parse(await closeStudy(c.var.ctx, idParam(c), await body(c, CloseStudy)))),
  )
  .get('/:id/analysis', async (c) => c.json(StudyAnalysis.parse(await analyseStudy(c.var.ctx, idParam(c)))))
  .get('/:id/export/:file', async (c) => {
    const { mediaType, text } = await exportFile(c.var.ctx, idParam(c), c.req.param('file'));
    c.header('content-type', `${mediaType}; charset=utf-8`);
    c.header('content-disposition', `attachment; filename="${c.req.param('file')}"`);
    c.header('cache-control', 'no-store');
    return c.body(text);
  });
