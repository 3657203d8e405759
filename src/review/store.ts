import type { Tx } from '../db/database.ts';
import {
  type Board,
  Confirmation,
  PanelCase,
  type PanelDecision,
  type PanelState,
  type PanelTrigger,
  type PanelVote,
  Review,
} from './schema.ts';

type ReviewRow = {
  id: string;
  instance_id: string;
  trace_id: string;
  round: number;
  reviewer: string;
  track: string;
  rubric_version: string;
  profile_digest: string;
  scores: unknown;
  steps: unknown;
  violations: unknown;
  edits: unknown;
  result_sha256: string | null;
  edited_scores: unknown;
  verdict: string;
  comment: string | null;
  seconds: number | null;
  imported_by: string | null;
  insufficient_context: boolean | null;
  guideline_version: number | null;
  submitted_at: Date;
  event_seq: number;
};

function toReview(row: ReviewRow): Review {
  return Review.parse({
    id: row.id,
    instanceId: row.instance_id,
    traceId: row.trace_id,
    round: row.round,
    reviewer: row.reviewer,
    track: row.track,
    rubricVersion: row.rubric_version,
    profileDigest: row.profile_digest,
    scores: row.scores,
    steps: row.steps,
    violations: row.violations,
    edits: row.edits,
    ...(row.result_sha256 === null ? {} : { resultSha256: row.result_sha256 }),
    ...(row.edited_scores === null ? {} : { editedScores: row.edited_scores }),
    verdict: row.verdict,
    ...(row.comment === null ? {} : { comment: row.comment }),
    ...(row.seconds === null ? {} : { seconds: row.seconds }),
    ...(row.imported_by === null ? {} : { importedBy: row.imported_by }),
    ...(row.insufficient_context === null ? {} : { insufficientContext: row.insufficient_context }),
    ...(row.guideline_version === null ? {} : { guidelineVersion: row.guideline_version }),
    submittedAt: row.submitted_at.toISOString(),
    eventSeq: row.event_seq,
  });
}

export async function insertReview(tx: Tx, review: Review): Promise<void> {
  await tx.query(
    `INSERT INTO review (id, instance_id, trace_id, round, reviewer, track, rubric_version, profile_digest, scores, steps,
       violations, edits, result_sha256, edited_scores, verdict, comment, seconds, imported_by, submitted_at, event_seq,
       insufficient_context, guideline_version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
    [
      review.id,
      review.instanceId,
      review.traceId,
      review.round,
      review.reviewer,
      review.track,
      review.rubricVersion,
      review.profileDigest,
      JSON.stringify(review.scores),
      JSON.stringify(review.steps),
      JSON.stringify(review.violations),
      JSON.stringify(review.edits),
      review.resultSha256 ?? null,
      review.editedScores === undefined ? null : JSON.stringify(review.editedScores),
      review.verdict,
      review.comment ?? null,
      review.seconds ?? null,
      review.importedBy ?? null,
      review.submittedAt,
      review.eventSeq,
      review.insufficientContext ?? null,
      review.guidelineVersion ?? null,
    ],
  );
}

export async function readReviews(tx: Tx, instanceId: string): Promise<Review[]> {
  const rows = await tx.query<ReviewRow>(
    'SELECT * FROM review WHERE instance_id = $1 ORDER BY round, submitted_at, id',
    [instanceId],
  );
  return rows.map(toReview);
}

/** A page of all reviews, those of an instance together, for exports. `after` is the id of the last one before. */
export async function reviewPage(tx: Tx, after: string | undefined, limit: number): Promise<Review[]> {
  const rows = await tx.query<ReviewRow>(
    `SELECT * FROM review WHERE $1::uuid IS NULL
       OR (instance_id, round, reviewer) > (SELECT instance_id, round, reviewer FROM review WHERE id = $1)
     ORDER BY instance_id, round, reviewer LIMIT $2`,
    [after ?? null, limit],
  );
  return rows.map(toReview);
}

/** Instances waiting for this reviewer: in review, of the kinds of the track, not yet reviewed by them in this round. */
export async function queueFor(
  tx: Tx,
  reviewer: string,
  kinds: string[],
  limit: number,
): Promise<{ id: string; round: number }[]> {
  return tx.query<{ id: string; round: number }>(
    `SELECT instance.id, instance.round FROM instance
     WHERE instance.state = 'in-review' AND instance.kind = ANY($2)
       AND NOT EXISTS (SELECT 1 FROM review WHERE review.instance_id = instance.id AND review.round = instance.round AND review.reviewer = $1)
     ORDER BY instance.id LIMIT $3`,
    [reviewer, kinds, limit],
  );
}

/** Rounds in which a peer's edit waits for this reviewer's scores. */
export async function confirmationsFor(tx: Tx, reviewer: string, limit: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT instance.id FROM instance JOIN review ON review.instance_id = instance.id AND review.round = instance.round
     WHERE instance.state = 'confirming' AND review.reviewer = $1 AND jsonb_array_length(review.edits) = 0
       AND NOT EXISTS (SELECT 1 FROM edit_confirmation JOIN review AS edited ON edited.id = review_id
         WHERE edited.instance_id = instance.id AND edited.round = instance.round AND edit_confirmation.reviewer = $1)
     ORDER BY instance.position LIMIT $2`,
    [reviewer, limit],
  );
  return rows.map((row) => row.id);
}

type ConfirmationRow = {
  review_id: string;
  reviewer: string;
  result_sha256: string;
  scores: unknown;
  confirmed_at: Date;
  event_seq: number;
};

export async function insertConfirmation(tx: Tx, one: Confirmation): Promise<void> {
  await tx.query(
    'INSERT INTO edit_confirmation (review_id, reviewer, result_sha256, scores, confirmed_at, event_seq) VALUES ($1, $2, $3, $4, $5, $6)',
    [one.reviewId, one.reviewer, one.resultSha256, JSON.stringify(one.scores), one.confirmedAt, one.eventSeq],
  );
}

export async function readConfirmations(tx: Tx, instanceId: string, round: number): Promise<Confirmation[]> {
  const rows = await tx.query<ConfirmationRow>(
    `SELECT edit_confirmation.* FROM edit_confirmation JOIN review ON review.id = review_id
     WHERE review.instance_id = $1 AND review.round = $2 ORDER BY edit_confirmation.reviewer`,
    [instanceId, round],
  );
  return rows.map((row) =>
    Confirmation.parse({
      reviewId: row.review_id,
      reviewer: row.reviewer,
      resultSha256: row.result_sha256,
      scores: row.scores,
      confirmedAt: row.confirmed_at.toISOString(),
      eventSeq: row.event_seq,
    }),
  );
}

export async function insertCase(
  tx: Tx,
  one: {
    id: string;
    instanceId: string;
    traceId: string;
    board: Board;
    trigger: PanelTrigger;
    waitsForGuideline?: number;
    at: Date;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO panel_case (id, instance_id, trace_id, board, trigger, state, opened_at, waits_for_guideline)
     VALUES ($1, $2, $3, $4, $5, 'voting', $6, $7)`,
    [one.id, one.instanceId, one.traceId, one.board, one.trigger, one.at, one.waitsForGuideline ?? null],
  );
}

export async function setCaseState(tx: Tx, id: string, state: PanelState): Promise<void> {
  await tx.query('UPDATE panel_case SET state = $2 WHERE id = $1', [id, state]);
}

export async function insertVote(
  tx: Tx,
  vote: { caseId: string; ballot: number; member: string; vote: PanelVote; at: Date },
): Promise<void> {
  await tx.query('INSERT INTO panel_vote (case_id, ballot, member, vote, cast_at) VALUES ($1, $2, $3, $4, $5)', [
    vote.caseId,
    vote.ballot,
    vote.member,
    vote.vote,
    vote.at,
  ]);
}

export async function insertDecision(tx: Tx, caseId: string, one: PanelDecision): Promise<void> {
  await tx.query(
    `INSERT INTO panel_decision (case_id, decision, edits, result_sha256, scores, rationale, chair, decided_at, event_seq, signature)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      caseId,
      one.decision,
      JSON.stringify(one.edits),
      one.resultSha256 ?? null,
      JSON.stringify(one.scores),
      one.rationale,
      one.chair,
      one.decidedAt,
      one.eventSeq,
      one.signature === undefined ? null : JSON.stringify(one.signature),
    ],
  );
}

type CaseRow = {
  id: string;
  instance_id: string;
  trace_id: string;
  board: string;
  trigger: string;
  state: string;
  opened_at: Date;
  waits_for_guideline: number | null;
};

async function withVotes(tx: Tx, row: CaseRow): Promise<PanelCase> {
  const votes = await tx.query<{ ballot: number; member: string; vote: string; cast_at: Date }>(
    'SELECT ballot, member, vote, cast_at FROM panel_vote WHERE case_id = $1 ORDER BY ballot, cast_at, member',
    [row.id],
  );
  const [decision] = await tx.query<{
    decision: string;
    edits: unknown;
    result_sha256: string | null;
    scores: unknown;
    rationale: string;
    chair: string;
    decided_at: Date;
    signature: unknown;
    event_seq: number;
  }>('SELECT * FROM panel_decision WHERE case_id = $1', [row.id]);
  return PanelCase.parse({
    id: row.id,
    instanceId: row.instance_id,
    traceId: row.trace_id,
    board: row.board,
    trigger: row.trigger,
    state: row.state,
    openedAt: row.opened_at.toISOString(),
    ...(row.waits_for_guideline === null ? {} : { waitsForGuideline: row.waits_for_guideline }),
    votes: votes.map((vote) => ({
      ballot: vote.ballot,
      member: vote.member,
      vote: vote.vote,
      castAt: vote.cast_at.toISOString(),
    })),
    ...(decision === undefined
      ? {}
      : {
          decision: {
            decision: decision.decision,
            edits: decision.edits,
            ...(decision.result_sha256 === null ? {} : { resultSha256: decision.result_sha256 }),
            scores: decision.scores,
            rationale: decision.rationale,
            chair: decision.chair,
            ...(decision.signature === null ? {} : { signature: decision.signature }),
            decidedAt: decision.decided_at.toISOString(),
            eventSeq: decision.event_seq,
          },
        }),
  });
}

export async function lockCase(tx: Tx, id: string): Promise<PanelCase | undefined> {
  const [row] = await tx.query<CaseRow>('SELECT * FROM panel_case WHERE id = $1 FOR UPDATE', [id]);
  return row === undefined ? undefined : withVotes(tx, row);
}

/** A page of all cases in the order in which they were opened: an import must meet them in that order. */
export async function casePage(tx: Tx, after: string | undefined, limit: number): Promise<PanelCase[]> {
  const rows = await tx.query<CaseRow>(
    `SELECT * FROM panel_case WHERE $1::uuid IS NULL
       OR (opened_at, id) > (SELECT opened_at, id FROM panel_case WHERE id = $1)
     ORDER BY opened_at, id LIMIT $2`,
    [after ?? null, limit],
  );
  return Promise.all(rows.map((row) => withVotes(tx, row)));
}

export async function readCase(tx: Tx, id: string): Promise<PanelCase | undefined> {
  const [row] = await tx.query<CaseRow>('SELECT * FROM panel_case WHERE id = $1', [id]);
  return row === undefined ? undefined : withVotes(tx, row);
}

export async function casesOf(tx: Tx, instanceId: string): Promise<PanelCase[]> {
  const rows = await tx.query<CaseRow>('SELECT * FROM panel_case WHERE instance_id = $1 ORDER BY opened_at, id', [
    instanceId,
  ]);
  return Promise.all(rows.map((row) => withVotes(tx, row)));
}

export async function listCases(tx: Tx, limit: number): Promise<PanelCase[]> {
  const rows = await tx.query<CaseRow>(`SELECT * FROM panel_case ORDER BY state = 'decided', opened_at, id LIMIT $1`, [
    limit,
  ]);
  return Promise.all(rows.map((row) => withVotes(tx, row)));
}

/** Instances that the policy sent to the panel before a case was opened for them (a malformed last round). */
export async function instancesWithoutCase(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT instance.id FROM instance WHERE instance.state = 'panel'
       AND NOT EXISTS (SELECT 1 FROM panel_case WHERE panel_case.instance_id = instance.id AND panel_case.state <> 'decided')`,
  );
  return rows.map((row) => row.id);
}

export async function countReviews(
  tx: Tx,
): Promise<{ reviews: number; edits: number; confirmations: number; cases: number; decided: number }> {
  const [row] = await tx.query<Record<'reviews' | 'edits' | 'confirmations' | 'cases' | 'decided', string>>(
    `SELECT (SELECT count(*) FROM review) AS reviews,
       (SELECT coalesce(sum(jsonb_array_length(edits)), 0) FROM (SELECT edits FROM review UNION ALL SELECT edits FROM panel_decision) AS said) AS edits,
       (SELECT count(*) FROM edit_confirmation) AS confirmations, (SELECT count(*) FROM panel_case) AS cases,
       (SELECT count(*) FROM panel_decision) AS decided`,
  );
  return {
    reviews: Number(row?.reviews ?? 0),
    edits: Number(row?.edits ?? 0),
    confirmations: Number(row?.confirmations ?? 0),
    cases: Number(row?.cases ?? 0),
    decided: Number(row?.decided ?? 0),
  };
}
