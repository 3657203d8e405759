import type { Tx } from '../db/database.ts';
import type { QuestionKind } from '../profile/schema.ts';
import { GenerationStatus, Instance, type InstanceState, TraceRecord } from './schema.ts';

type InstanceRow = {
  id: string;
  question_id: string;
  kind: string;
  language: string;
  state: string;
  round: number;
  strikes: number;
  consecutive_strikes: number;
  overlap: number;
  raised: boolean;
};

function toInstance(row: InstanceRow): Instance {
  return Instance.parse({
    id: row.id,
    questionId: row.question_id,
    kind: row.kind,
    language: row.language,
    state: row.state,
    round: row.round,
    strikes: row.strikes,
    consecutiveStrikes: row.consecutive_strikes,
    overlap: row.overlap,
    raised: row.raised,
  });
}

/** What the queue of reviewers goes by, beside kind and language. */
export type Routing = { dataset: string; specialty?: string; author?: string; priority: number };

export async function insertInstance(tx: Tx, instance: Instance, routing: Routing, at: Date): Promise<void> {
  await tx.query(
    `INSERT INTO instance (id, question_id, kind, language, state, round, strikes, overlap, created_at, updated_at,
       dataset, specialty, author, priority)
     VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $7, $7, $8, $9, $10, $11)`,
    [
      instance.id,
      instance.questionId,
      instance.kind,
      instance.language,
      instance.state,
      instance.overlap,
      at,
      routing.dataset,
      routing.specialty ?? null,
      routing.author ?? null,
      routing.priority,
    ],
  );
}

/** Locks the instance's row for the transaction, so that two requests on one instance follow each other. */
export async function lockInstance(tx: Tx, id: string): Promise<Instance | undefined> {
  const [row] = await tx.query<InstanceRow>('SELECT * FROM instance WHERE id = $1 FOR UPDATE', [id]);
  return row === undefined ? undefined : toInstance(row);
}

export async function readInstance(tx: Tx, id: string): Promise<Instance | undefined> {
  const [row] = await tx.query<InstanceRow>('SELECT * FROM instance WHERE id = $1', [id]);
  return row === undefined ? undefined : toInstance(row);
}

export async function instanceOfQuestion(tx: Tx, questionId: string): Promise<Instance | undefined> {
  const [row] = await tx.query<InstanceRow>('SELECT * FROM instance WHERE question_id = $1', [questionId]);
  return row === undefined ? undefined : toInstance(row);
}

/** A page of instances by id, for one state or all. */
export async function listInstances(
  tx: Tx,
  filter: { state?: InstanceState; after?: string; limit: number },
): Promise<Instance[]> {
  const rows = await tx.query<InstanceRow>(
    `SELECT * FROM instance WHERE ($1::text IS NULL OR state = $1) AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
    [filter.state ?? null, filter.after ?? null, filter.limit],
  );
  return rows.map(toInstance);
}

export async function updateInstance(
  tx: Tx,
  id: string,
  change: Partial<Pick<Instance, 'state' | 'strikes' | 'consecutiveStrikes' | 'overlap' | 'raised'>>,
  at: Date,
): Promise<void> {
  await tx.query(
    `UPDATE instance SET state = coalesce($2, state), strikes = coalesce($3, strikes),
       consecutive_strikes = coalesce($4, consecutive_strikes), overlap = coalesce($5, overlap),
       raised = coalesce($6, raised), updated_at = $7 WHERE id = $1`,
    [
      id,
      change.state ?? null,
      change.strikes ?? null,
      change.consecutiveStrikes ?? null,
      change.overlap ?? null,
      change.raised ?? null,
      at,
    ],
  );
}

/** Opens a round for review: nobody has taken a place in it yet. */
export async function beginRound(tx: Tx, id: string, round: number, overlap: number, at: Date): Promise<void> {
  await tx.query(
    `UPDATE instance SET state = 'in-review', round = $2, overlap = $3, raised = false, taken = 0, updated_at = $4
     WHERE id = $1`,
    [id, round, overlap, at],
  );
}

/** Instances in review whose current trace was written by this run of the teacher, but for one. */
export async function instancesOfBatch(tx: Tx, batch: string, except: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT instance.id FROM instance JOIN trace ON trace.instance_id = instance.id AND trace.round = instance.round
     WHERE trace.batch = $1 AND instance.state IN ('in-review', 'confirming') AND instance.id <> $2 ORDER BY instance.id`,
    [batch, except],
  );
  return rows.map((row) => row.id);
}

/** Questions that are active, are meant for training and have no instance yet. */
export async function questionsWithoutInstance(
  tx: Tx,
  filter: { dataset?: string | undefined; kinds?: QuestionKind[] | undefined; limit: number },
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT question.id FROM question LEFT JOIN instance ON instance.question_id = question.id
     WHERE instance.id IS NULL AND question.state = 'active' AND NOT question.benchmark
       AND ($1::text IS NULL OR question.dataset = $1) AND ($2::text[] IS NULL OR question.kind = ANY($2))
     ORDER BY question.id LIMIT $3`,
    [filter.dataset ?? null, filter.kinds ?? null, filter.limit],
  );
  return rows.map((row) => row.id);
}

type TraceRow = {
  id: string;
  instance_id: string;
  round: number;
  text: string;
  sha256: string;
  well_formed: boolean;
  malformed_reason: string | null;
  answer_state: string;
  endpoint: string;
  model: string;
  prompt_sha256: string;
  call_key: string;
  batch: string | null;
  created_at: Date;
};

function toTrace(row: TraceRow): TraceRecord {
  return TraceRecord.parse({
    id: row.id,
    instanceId: row.instance_id,
    round: row.round,
    text: row.text,
    sha256: row.sha256,
    wellFormed: row.well_formed,
    ...(row.malformed_reason === null ? {} : { malformedReason: row.malformed_reason }),
    answerState: row.answer_state,
    endpoint: row.endpoint,
    model: row.model,
    promptSha256: row.prompt_sha256,
    callKey: row.call_key,
    ...(row.batch === null ? {} : { batch: row.batch }),
    createdAt: row.created_at.toISOString(),
  });
}

export async function insertTrace(tx: Tx, trace: TraceRecord): Promise<void> {
  await tx.query(
    `INSERT INTO trace (id, instance_id, round, text, sha256, well_formed, malformed_reason, answer_state, endpoint, model,
       prompt_sha256, call_key, batch, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      trace.id,
      trace.instanceId,
      trace.round,
      trace.text,
      trace.sha256,
      trace.wellFormed,
      trace.malformedReason ?? null,
      trace.answerState,
      trace.endpoint,
      trace.model,
      trace.promptSha256,
      trace.callKey,
      trace.batch ?? null,
      trace.createdAt,
    ],
  );
}

export async function readTraces(tx: Tx, instanceId: string): Promise<TraceRecord[]> {
  return (await tx.query<TraceRow>('SELECT * FROM trace WHERE instance_id = $1 ORDER BY round', [instanceId])).map(
    toTrace,
  );
}

export async function readStatus(tx: Tx): Promise<GenerationStatus> {
  const states = await tx.query<{ state: string; n: string }>(
    'SELECT state, count(*) AS n FROM instance GROUP BY state',
  );
  const [traces] = await tx.query<{ n: string; malformed: string; differs: string }>(
    `SELECT count(*) AS n, count(*) FILTER (WHERE NOT well_formed) AS malformed,
       count(*) FILTER (WHERE answer_state = 'differs') AS differs FROM trace`,
  );
  const [strikes] = await tx.query<{ n: string }>('SELECT count(*) AS n FROM strike');
  return GenerationStatus.parse({
    byState: Object.fromEntries(
      ['generating', 'in-review', 'confirming', 'panel', 'accepted', 'rejected'].map((state) => [
        state,
        Number(states.find((row) => row.state === state)?.n ?? 0),
      ]),
    ),
    traces: Number(traces?.n ?? 0),
    malformed: Number(traces?.malformed ?? 0),
    answerDiffers: Number(traces?.differs ?? 0),
    strikes: Number(strikes?.n ?? 0),
  });
}

export type Strike = { round: number; reasons: string[]; remarks: string[]; struckAt: string };

export async function insertStrike(
  tx: Tx,
  strike: { instanceId: string; round: number; reasons: string[]; remarks: string[]; at: Date },
): Promise<void> {
  await tx.query('INSERT INTO strike (instance_id, round, reasons, remarks, struck_at) VALUES ($1, $2, $3, $4, $5)', [
    strike.instanceId,
    strike.round,
    JSON.stringify(strike.reasons),
    JSON.stringify(strike.remarks),
    strike.at,
  ]);
}

export async function readStrikes(tx: Tx, instanceId: string): Promise<Strike[]> {
  const rows = await tx.query<{ round: number; reasons: string[]; remarks: string[]; struck_at: Date }>(
    'SELECT round, reasons, remarks, struck_at FROM strike WHERE instance_id = $1 ORDER BY round',
    [instanceId],
  );
  return rows.map((row) => ({
    round: row.round,
    reasons: row.reasons,
    remarks: row.remarks,
    struckAt: row.struck_at.toISOString(),
  }));
}

/** Deletes an instance with its traces and strikes. The database refuses it unless the instance is recorded as erased. */
export async function deleteInstance(tx: Tx, id: string): Promise<void> {
  await tx.query('DELETE FROM strike WHERE instance_id = $1', [id]);
  await tx.query('DELETE FROM trace WHERE instance_id = $1', [id]);
  await tx.query('DELETE FROM instance WHERE id = $1', [id]);
}
