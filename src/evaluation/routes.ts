import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, idParam, query } from '../context/http.ts';
import { resumeEvaluation, startEvaluation } from './actions.ts';
import { compareTargets } from './comparisons/actions.ts';
import { evaluationHistory } from './comparisons/history-actions.ts';
import { ComparisonReport, EvaluationHistory } from './comparisons/schema.ts';
import { leaderboard } from './leaderboard/actions.ts';
import { Leaderboard } from './leaderboard/schema.ts';
import { evaluationJudges } from './open-replies/actions.ts';
import { EvaluationJudges } from './open-replies/schema.ts';
import { benchmarkSets, evaluationReport, evaluationSlices, listItems, recentEvaluations } from './report-actions.ts';
import { EvaluationReport, EvaluationSlices } from './report-schema.ts';
import {
  AnswerState,
  BenchmarkSets,
  EvaluationList,
  ItemPage,
  SealedSet,
  SealedSets,
  SealSet,
  StartEvaluation,
  StartedEvaluation,
  TargetName,
} from './schema.ts';
import { sealedSets, sealSet } from './sealed-sets/actions.ts';

const Board = z.strictObject({ lead: z.uuid().exactOptional(), by: z.string().exactOptional() });
const Limit = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(20) });
const Items = z.strictObject({
  target: TargetName,
  set: z.string().exactOptional(),
  state: AnswerState.exactOptional(),
  by: z.string().exactOptional(),
  value: z.string().exactOptional(),
  from: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
const Comparison = z.strictObject({
  a: TargetName,
  b: TargetName,
  /** The evaluation of b where it is another one. */
  other: z.uuid().exactOptional(),
  after: z.string().exactOptional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

const History = z.strictObject({
  target: TargetName.exactOptional(),
  set: z.string().exactOptional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const evaluationRoutes = new Hono<AppEnv>()
  .get('/', async (c) => {
    const evaluations = await recentEvaluations(c.var.ctx, query(c, Limit).limit);
    return c.json(EvaluationList.parse({ evaluations }));
  })
  .post('/', async (c) =>
    c.json(StartedEvaluation.parse(await startEvaluation(c.var.ctx, await body(c, StartEvaluation))), 202),
  )
  .get('/sets', async (c) => c.json(BenchmarkSets.parse({ sets: await benchmarkSets(c.var.ctx) })))
  .get('/sealed', async (c) => c.json(SealedSets.parse({ sets: await sealedSets(c.var.ctx) })))
  .post('/sealed', async (c) => c.json(SealedSet.parse(await sealSet(c.var.ctx, await body(c, SealSet))), 201))
  .get('/history', async (c) => c.json(EvaluationHistory.parse(await evaluationHistory(c.var.ctx, query(c, History)))))
  .get('/leaderboard', async (c) => c.json(Leaderboard.parse(await leaderboard(c.var.ctx, query(c, Board)))))
  .get('/:id', async (c) => c.json(EvaluationReport.parse(await evaluationReport(c.var.ctx, idParam(c)))))
  .post('/:id/resume', async (c) => c.json(StartedEvaluation.parse(await resumeEvaluation(c.var.ctx, idParam(c))), 202))
  .get('/:id/items', async (c) => c.json(ItemPage.parse(await listItems(c.var.ctx, idParam(c), query(c, Items)))))
  .get('/:id/slices', async (c) => c.json(EvaluationSlices.parse(await evaluationSlices(c.var.ctx, idParam(c)))))
  .get('/:id/judges', async (c) => c.json(EvaluationJudges.parse(await evaluationJudges(c.var.ctx, idParam(c)))))
  .get('/:id/compare', async (c) => {
    const { a, b, other, ...page } = query(c, Comparison);
    const evaluation = idParam(c);
    const sides = { a: { evaluation, target: a }, b: { evaluation: other ?? evaluation, target: b } };
    return c.json(ComparisonReport.parse(await compareTargets(c.var.ctx, { ...sides, ...page })));
  });
