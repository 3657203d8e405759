import type { Tx } from '../../db/database.ts';
import { Attempt, Search } from './schema.ts';

type SearchRow = {
  id: string;
  input: unknown;
  judge_id: string;
  target: unknown;
  probes: unknown;
  profile_digest: string;
  created_by: string;
  created_at: Date;
  completed_at: Date | null;
  event_seq: number | null;
};

function toSearch(row: SearchRow): Search {
  return Search.parse({
    id: row.id,
    input: row.input,
    judge: row.judge_id,
    target: row.target,
    probes: row.probes,
    profileDigest: row.profile_digest,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    ...(row.completed_at === null ? {} : { completedAt: row.completed_at.toISOString() }),
    ...(row.event_seq === null ? {} : { eventSeq: row.event_seq }),
  });
}

export async function insertSearch(tx: Tx, one: Search): Promise<void> {
  await tx.query(
    `INSERT INTO redteam_search (id, input, judge_id, target, probes, profile_digest, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      one.id,
      JSON.stringify(one.input),
      one.judge,
      JSON.stringify(one.target),
      JSON.stringify(one.probes),
      one.profileDigest,
      one.createdBy,
      one.createdAt,
    ],
  );
}

/** One search, its row locked until the transaction ends where `lock` says so. */
export async function readSearch(tx: Tx, id: string, lock = false): Promise<Search | undefined> {
  const [row] = await tx.query<SearchRow>(`SELECT * FROM redteam_search WHERE id = $1${lock ? ' FOR UPDATE' : ''}`, [
    id,
  ]);
  return row === undefined ? undefined : toSearch(row);
}

export async function setSearchCompleted(tx: Tx, id: string, at: Date, eventSeq: number): Promise<void> {
  await tx.query('UPDATE redteam_search SET completed_at = $2, event_seq = $3 WHERE id = $1', [id, at, eventSeq]);
}

/** Stores an attempt; a position that is there already keeps its row. */
export async function insertAttempt(tx: Tx, search: string, one: Attempt): Promise<void> {
  await tx.query(
    `INSERT INTO redteam_attempt (search_id, probe_id, position, parent, depth, request, twin, attacker_reply, attacker_call,
       refused, reply, reply_call, failure, judgment, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING`,
    [
      search,
      one.probe,
      one.position,
      one.parent ?? null,
      one.depth,
      one.request,
      one.twin ?? null,
      one.attackerReply ?? null,
      one.attackerCall ?? null,
      one.refused ?? null,
      one.reply ?? null,
      one.replyCall ?? null,
      one.failure ?? null,
      one.judgment === undefined ? null : JSON.stringify(one.judgment),
      one.at,
    ],
  );
}

type AttemptRow = {
  probe_id: string;
  position: number;
  parent: number | null;
  depth: number;
  request: string;
  twin: string | null;
  attacker_reply: string | null;
  attacker_call: string | null;
  refused: string | null;
  reply: string | null;
  reply_call: string | null;
  failure: string | null;
  judgment: unknown;
  at: Date;
};

/** The attempts of a search, or of one of its probes, in their order. */
export async function readAttempts(tx: Tx, search: string, probe?: string): Promise<Attempt[]> {
  const rows = await tx.query<AttemptRow>(
    `SELECT * FROM redteam_attempt WHERE search_id = $1 AND ($2::text IS NULL OR probe_id = $2)
     ORDER BY probe_id COLLATE "C", position`,
    [search, probe ?? null],
  );
  return rows.map((row) => {
    const optional = {
      parent: row.parent,
      twin: row.twin,
      attackerReply: row.attacker_reply,
      attackerCall: row.attacker_call,
      refused: row.refused,
      reply: row.reply,
      replyCall: row.reply_call,
      failure: row.failure,
      judgment: row.judgment,
    };
    const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null));
    return Attempt.parse({
      probe: row.probe_id,
      position: row.position,
      depth: row.depth,
      request: row.request,
      at: row.at.toISOString(),
      ...present,
    });
  });
}
