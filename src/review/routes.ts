import { Hono } from 'hono';
import { z } from 'zod';
import { SignatureProof } from '../accounts/schema.ts';
import { Assignment } from '../assignment/schema.ts';
import { requireRole } from '../context/actor.ts';
import { type AppEnv, body, idParam, query } from '../context/http.ts';
import { confirmEdit, reviewCounts, reviewQueue, submitReview } from './actions.ts';
import { castVote, panelCases } from './cases/actions.ts';
import { decideCase } from './cases/decide.ts';
import { CaseView, MessageInput, UnmaskInput } from './cases/schema.ts';
import { sayInCase, unmaskCase, viewCase } from './cases/view.ts';
import { draftHistory, saveDraft } from './drafts/actions.ts';
import { ownConfirmations } from './drafts/confirmations.ts';
import { Draft, OwnSubmissions, SaveDraft, Submission, SubmitInput, WorkItem } from './drafts/schema.ts';
import { ownSubmissions, submitAssignment, withdrawSubmission } from './drafts/submit.ts';
import { workItem } from './drafts/work.ts';
import { DecisionInput, PanelVote, ReviewInput, Scores } from './schema.ts';
import { exportCases, exportReviews } from './transfer/export.ts';
import { importPanels, importReviews } from './transfer/import.ts';
import { ImportPanelsInput, ImportReviewsInput, TransferReport } from './transfer/schema.ts';

const Limit = z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(50) });
const DecideInput = DecisionInput.extend({ proof: SignatureProof.exactOptional() });
const Page = z.strictObject({
  after: z.uuid().exactOptional(),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
});

export const reviewRoutes = new Hono<AppEnv>()
  .get('/queue', async (c) => c.json({ items: await reviewQueue(c.var.ctx, query(c, Limit).limit) }))
  .get('/assignments/:id', async (c) => c.json(WorkItem.parse(await workItem(c.var.ctx, idParam(c)))))
  .put('/assignments/:id/draft', async (c) =>
    c.json(Draft.parse(await saveDraft(c.var.ctx, idParam(c), await body(c, SaveDraft)))),
  )
  .get('/assignments/:id/drafts', async (c) => c.json({ drafts: await draftHistory(c.var.ctx, idParam(c)) }))
  .post('/assignments/:id/submission', async (c) =>
    c.json(Submission.parse(await submitAssignment(c.var.ctx, idParam(c), await body(c, SubmitInput)))),
  )
  .delete('/assignments/:id/submission', async (c) =>
    c.json(Assignment.parse(await withdrawSubmission(c.var.ctx, idParam(c)))),
  )
  .get('/submissions', async (c) =>
    c.json(OwnSubmissions.parse(await ownSubmissions(c.var.ctx, query(c, Limit).limit))),
  )
  .get('/confirmations', async (c) => c.json({ items: await ownConfirmations(c.var.ctx, query(c, Limit).limit) }))
  .post('/instances/:id', async (c) =>
    c.json(await submitReview(c.var.ctx, { instance: idParam(c), review: await body(c, ReviewInput) }), 201),
  )
  .post('/instances/:id/confirmation', async (c) => {
    const { scores } = await body(c, z.strictObject({ scores: Scores }));
    return c.json(await confirmEdit(c.var.ctx, { instance: idParam(c), scores }), 201);
  })
  .post('/import', async (c) =>
    c.json(TransferReport.parse(await importReviews(c.var.ctx, (await body(c, ImportReviewsInput)).reviews))),
  )
  .post('/panel/import', async (c) =>
    c.json(TransferReport.parse(await importPanels(c.var.ctx, (await body(c, ImportPanelsInput)).panels))),
  )
  .get('/export', async (c) => c.json(await exportReviews(c.var.ctx, query(c, Page))))
  .get('/counts', async (c) => {
    requireRole(c.var.ctx.actor, 'steward', 'auditor', 'engineer', 'panel-chair');
    return c.json(await reviewCounts(c.var.ctx));
  })
  .get('/panel', async (c) => c.json({ cases: await panelCases(c.var.ctx, query(c, Limit).limit) }))
  .get('/panel/export', async (c) => c.json(await exportCases(c.var.ctx, query(c, Page))))
  .get('/panel/:id', async (c) => c.json(CaseView.parse(await viewCase(c.var.ctx, idParam(c)))))
  .post('/panel/:id/messages', async (c) => {
    const { text } = await body(c, MessageInput);
    await sayInCase(c.var.ctx, { case: idParam(c), text });
    return c.json(CaseView.parse(await viewCase(c.var.ctx, idParam(c))), 201);
  })
  .post('/panel/:id/unmask', async (c) => {
    const { reason } = await body(c, UnmaskInput);
    await unmaskCase(c.var.ctx, { case: idParam(c), reason });
    return c.json(CaseView.parse(await viewCase(c.var.ctx, idParam(c))));
  })
  .post('/panel/:id/votes', async (c) => {
    const { vote } = await body(c, z.strictObject({ vote: PanelVote }));
    return c.json(await castVote(c.var.ctx, { case: idParam(c), vote }), 201);
  })
  .post('/panel/:id/decision', async (c) => {
    const { proof, ...decision } = await body(c, DecideInput);
    return c.json(await decideCase(c.var.ctx, { case: idParam(c), decision, proof }), 201);
  });
