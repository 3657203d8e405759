import type { Database, Tx } from '../../db/database.ts';
import { type CallRecord, CallTotals, ChatReply, ChatRequest } from '../schema.ts';
import { createGroup } from './group.ts';

/** What is kept of a call besides its record. */
export type NewCall = CallRecord & { identity: Record<string, unknown> };

export type Answer = { id: string; reply: ChatReply };

export type CallStore = {
  /** The earliest recorded answer to a key. */
  find(key: string): Promise<Answer | undefined>;
  /** Resolves once the record is durable. */
  record(call: NewCall): Promise<undefined>;
};

/** Reads and writes call records, many at a time: calls that end together are committed together. */
export function openCallStore(db: Database): CallStore {
  const lookups = createGroup<string, Answer | undefined>((keys) => findAnswers(db, keys), 500, 1);
  // No waiting for company: an endpoint's place stays taken until the reply is recorded.
  const inserts = createGroup<NewCall, undefined>((calls) => insertCalls(db, calls), 500);
  return { find: lookups.submit, record: inserts.submit };
}

async function findAnswers(db: Database, keys: string[]): Promise<(Answer | undefined)[]> {
  const rows = await db.query<{ id: string; key: string; reply: unknown }>(
    `SELECT DISTINCT ON (key) id, key, reply FROM llm_call
      WHERE state = 'answered' AND key = ANY($1::text[]) ORDER BY key, ended_at, id`,
    [keys],
  );
  const answers = new Map(rows.map((row) => [row.key, { id: row.id, reply: ChatReply.parse(row.reply) }]));
  return keys.map((key) => answers.get(key));
}

async function insertCalls(db: Database, calls: NewCall[]): Promise<undefined[]> {
  await db.query(
    `INSERT INTO llm_call (id, key, endpoint, endpoint_identity, model, purpose, subject, state, answered_by, request,
       reply, error, attempts, latency_ms, prompt_tokens, completion_tokens, cost, started_at, ended_at)
     SELECT id, key, endpoint, endpoint_identity, model, purpose, subject, state, answered_by, request,
       reply, error, attempts, latency_ms, prompt_tokens, completion_tokens, cost, started_at, ended_at
     FROM jsonb_to_recordset($1::jsonb) AS call (id uuid, key text, endpoint text, endpoint_identity jsonb, model text,
       purpose text, subject text, state text, answered_by uuid, request jsonb, reply jsonb, error jsonb, attempts int,
       latency_ms double precision, prompt_tokens bigint, completion_tokens bigint, cost double precision,
       started_at timestamptz, ended_at timestamptz)`,
    [JSON.stringify(calls.map(rowOf))],
  );
  return calls.map(() => undefined);
}

function rowOf(call: NewCall): Record<string, unknown> {
  return {
    id: call.id,
    key: call.key,
    endpoint: call.endpoint,
    endpoint_identity: call.identity,
    model: call.model,
    purpose: call.purpose,
    subject: call.subject,
    state: call.state,
    answered_by: call.answeredBy,
    request: call.request,
    reply: call.reply,
    error: call.error,
    attempts: call.attempts,
    latency_ms: call.latencyMs,
    prompt_tokens: call.reply?.usage?.promptTokens,
    completion_tokens: call.reply?.usage?.completionTokens,
    cost: call.reply?.cost,
    started_at: call.startedAt.toISOString(),
    ended_at: call.endedAt.toISOString(),
  };
}

/** Sums over the recorded calls that match the filter; without one, over all. `subjectsOf` means subjects `X/…`. */
export async function totals(
  tx: Tx,
  filter: { endpoint?: string; purpose?: string; subjectsOf?: string } = {},
): Promise<CallTotals> {
  const [row] = await tx.query<Record<string, string | number>>(
    `SELECT count(*) FILTER (WHERE state = 'answered') AS made,
            count(*) FILTER (WHERE state = 'failed') AS failed,
            count(*) FILTER (WHERE state = 'reused') AS cached,
            coalesce(sum(attempts), 0) AS attempts,
            coalesce(sum(prompt_tokens), 0) AS "tokensIn",
            coalesce(sum(completion_tokens), 0) AS "tokensOut",
            count(*) FILTER (WHERE state = 'answered' AND prompt_tokens IS NULL) AS "tokensUnknown",
            coalesce(sum(cost), 0) AS cost
       FROM llm_call
      WHERE ($1::text IS NULL OR endpoint = $1) AND ($2::text IS NULL OR purpose = $2)
        AND ($3::text IS NULL OR starts_with(subject, $3 || '/'))`,
    [filter.endpoint ?? null, filter.purpose ?? null, filter.subjectsOf ?? null],
  );
  const numbers = Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]); // pg gives bigints as text
  return CallTotals.parse(Object.fromEntries(numbers));
}

/** Deletes the calls made for an erased instance, and those that reused their answers. */
export async function deleteCallsFor(tx: Tx, subject: string): Promise<void> {
  await tx.query('DELETE FROM llm_call WHERE subject = $1', [subject]);
}

/** An answered call with what was asked and what came back, as both went over the wire. */
export type AnsweredCall = {
  key: string;
  model: string;
  request: ChatRequest;
  reply: ChatReply;
  startedAt: Date;
  endedAt: Date;
};

/** The calls that first answered these keys; a key that is not recorded is left out. */
export async function answeredCalls(tx: Tx, keys: readonly string[]): Promise<AnsweredCall[]> {
  const rows = await tx.query<{
    key: string;
    model: string;
    request: unknown;
    reply: unknown;
    started_at: Date;
    ended_at: Date;
  }>(
    `SELECT DISTINCT ON (key) key, model, request, reply, started_at, ended_at FROM llm_call
      WHERE state = 'answered' AND key = ANY($1::text[]) ORDER BY key, ended_at, id`,
    [keys],
  );
  return rows.map((row) => ({
    key: row.key,
    model: row.model,
    request: ChatRequest.parse(row.request),
    reply: ChatReply.parse(row.reply),
    startedAt: row.started_at,
    endedAt: row.ended_at,
  }));
}
