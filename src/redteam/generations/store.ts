import type { Tx } from '../../db/database.ts';
import { Candidate, Generation, type GenerationResult } from './schema.ts';

type GenerationRow = {
  id: string;
  input: unknown;
  profile_digest: string;
  created_by: string;
  created_at: Date;
  result: unknown;
  completed_at: Date | null;
};

export async function insertGeneration(tx: Tx, one: Generation): Promise<void> {
  await tx.query(
    'INSERT INTO probe_generation (id, input, profile_digest, created_by, created_at) VALUES ($1, $2, $3, $4, $5)',
    [one.id, JSON.stringify(one.input), one.profileDigest, one.createdBy, one.createdAt],
  );
}

export async function readGeneration(tx: Tx, id: string): Promise<Generation | undefined> {
  const [row] = await tx.query<GenerationRow>('SELECT * FROM probe_generation WHERE id = $1', [id]);
  return row === undefined ? undefined : toGeneration(row);
}

function toGeneration(row: GenerationRow): Generation {
  return Generation.parse({
    id: row.id,
    input: row.input,
    profileDigest: row.profile_digest,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    ...(row.result === null ? {} : { result: row.result }),
    ...(row.completed_at === null ? {} : { completedAt: row.completed_at.toISOString() }),
  });
}

export async function setGenerationResult(tx: Tx, id: string, result: GenerationResult, at: Date): Promise<void> {
  await tx.query('UPDATE probe_generation SET result = $2, completed_at = $3 WHERE id = $1', [
    id,
    JSON.stringify(result),
    at,
  ]);
}

/** Stores candidates in one statement; a position that is there already keeps its row. */
export async function insertCandidates(
  tx: Tx,
  generation: string,
  rows: readonly Candidate[],
  at: Date,
): Promise<void> {
  await tx.query(
    `INSERT INTO probe_candidate (generation_id, position, recipe, reply, call_key, probe, state, reason, written_at)
     SELECT $1::uuid, position, recipe, reply, "callKey", probe, state, reason, $3
     FROM jsonb_to_recordset($2::jsonb) AS row (position int, recipe jsonb, reply text, "callKey" text, probe jsonb, state text, reason text)
     ON CONFLICT DO NOTHING`,
    [generation, JSON.stringify(rows), at],
  );
}

/** What became of candidates once they were compared with the others. */
export async function settleCandidates(
  tx: Tx,
  generation: string,
  settled: readonly { position: number; state: string; reason?: string }[],
): Promise<void> {
  await tx.query(
    `UPDATE probe_candidate AS candidate SET state = row.state, reason = row.reason
     FROM jsonb_to_recordset($2::jsonb) AS row (position int, state text, reason text)
     WHERE candidate.generation_id = $1 AND candidate.position = row.position`,
    [generation, JSON.stringify(settled)],
  );
}

/** Positions that have a candidate. */
export async function writtenPositions(tx: Tx, generation: string): Promise<Set<number>> {
  const rows = await tx.query<{ position: number }>('SELECT position FROM probe_candidate WHERE generation_id = $1', [
    generation,
  ]);
  return new Set(rows.map((row) => row.position));
}

type CandidateRow = {
  position: number;
  recipe: unknown;
  reply: string | null;
  call_key: string | null;
  probe: unknown;
  state: string;
  reason: string | null;
};

/** A page of candidates by position. */
export async function candidatePage(
  tx: Tx,
  generation: string,
  page: { from: number; limit: number },
): Promise<Candidate[]> {
  const rows = await tx.query<CandidateRow>(
    'SELECT * FROM probe_candidate WHERE generation_id = $1 AND position >= $2 ORDER BY position LIMIT $3',
    [generation, page.from, page.limit],
  );
  return rows.map((row) =>
    Candidate.parse({
      position: row.position,
      recipe: row.recipe,
      ...(row.reply === null ? {} : { reply: row.reply }),
      ...(row.call_key === null ? {} : { callKey: row.call_key }),
      ...(row.probe === null ? {} : { probe: row.probe }),
      state: row.state,
      ...(row.reason === null ? {} : { reason: row.reason }),
    }),
  );
}
