import type { Tx } from '../../db/database.ts';
import { Probe, type ProbeFilter, ProbeSplit } from '../schema.ts';

export type StoredProbe = { probe: Probe; sha256: string; promptSha256: string; twinSha256: string | undefined };

/** Which of these probes are stored: id → SHA-256 of the stored one. */
export async function knownProbes(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; sha256: string }>('SELECT id, sha256 FROM probe WHERE id = ANY($1)', [ids]);
  return new Map(rows.map((row) => [row.id, row.sha256]));
}

export async function insertProbes(tx: Tx, probes: readonly StoredProbe[], by: string, at: Date): Promise<void> {
  const records = probes.map(({ probe, sha256, promptSha256, twinSha256 }) => ({
    id: probe.id,
    sha256,
    dimension: probe.dimension,
    strategy: probe.strategy,
    level: probe.level,
    language: probe.language,
    prompt_sha256: promptSha256,
    twin_sha256: twinSha256 ?? null,
    body: probe,
  }));
  await tx.query(
    `INSERT INTO probe (id, sha256, dimension, strategy, level, language, prompt_sha256, twin_sha256, body, imported_by, imported_at)
     SELECT row.*, $2::text, $3::timestamptz FROM jsonb_to_recordset($1::jsonb) AS row (id text, sha256 text, dimension text, strategy text,
       level int, language text, prompt_sha256 text, twin_sha256 text, body jsonb)`,
    [JSON.stringify(records), by, at],
  );
}

/** A page of probes by id. */
export async function probePage(tx: Tx, after: string | undefined, limit: number): Promise<Probe[]> {
  const rows = await tx.query<{ body: unknown }>(
    'SELECT body FROM probe WHERE $1::text IS NULL OR id > $1 ORDER BY id LIMIT $2',
    [after ?? null, limit],
  );
  return rows.map((row) => Probe.parse(row.body));
}

/** Ids and digests of the probes that a filter lets through. */
export async function selectProbes(
  tx: Tx,
  filter: ProbeFilter,
): Promise<{ id: string; sha256: string; hasTwin: boolean }[]> {
  const rows = await tx.query<{ id: string; sha256: string; has_twin: boolean }>(
    `SELECT id, sha256, twin_sha256 IS NOT NULL AS has_twin FROM probe
     WHERE ($1::text[] IS NULL OR strategy = ANY($1)) AND ($2::text[] IS NULL OR dimension = ANY($2))
       AND ($3::text[] IS NULL OR language = ANY($3)) AND ($4::int[] IS NULL OR level = ANY($4))
       AND ($5::text[] IS NULL OR split = ANY($5)) AND ($6::text[] IS NULL OR id = ANY($6))
     ORDER BY id COLLATE "C"`,
    [
      filter.strategies ?? null,
      filter.dimensions ?? null,
      filter.languages ?? null,
      filter.levels ?? null,
      filter.splits ?? null,
      filter.ids ?? null,
    ],
  );
  return rows.map((row) => ({ id: row.id, sha256: row.sha256, hasTwin: row.has_twin }));
}

/** On which split these groups of probes stand. */
export async function groupSplits(tx: Tx, groups: readonly string[]): Promise<Map<string, ProbeSplit>> {
  const rows = await tx.query<{ group_id: string; split: string }>(
    'SELECT DISTINCT group_id, split FROM probe WHERE group_id = ANY($1)',
    [groups],
  );
  return new Map(rows.map((row) => [row.group_id, ProbeSplit.parse(row.split)]));
}

/** The probes with these ids, in the order of their ids. */
export async function readProbes(tx: Tx, ids: readonly string[]): Promise<Probe[]> {
  const rows = await tx.query<{ body: unknown }>('SELECT body FROM probe WHERE id = ANY($1) ORDER BY id COLLATE "C"', [
    ids,
  ]);
  return rows.map((row) => Probe.parse(row.body));
}

export type ProbeCount = {
  dimension: string;
  strategy: string;
  level: number;
  language: string;
  split: ProbeSplit;
  /** What was done besides the strategy, joined by "+"; empty where nothing was. */
  techniques: string;
  n: number;
  twins: number;
};

export async function countProbes(tx: Tx): Promise<ProbeCount[]> {
  const rows = await tx.query<Omit<ProbeCount, 'n' | 'twins' | 'split'> & { split: string; n: string; twins: string }>(
    `SELECT dimension, strategy, level, language, split, techniques, count(*) AS n, count(twin_sha256) AS twins
     FROM (SELECT *, coalesce((SELECT string_agg(one, '+') FROM jsonb_array_elements_text(body -> 'techniques') AS one), '')
       AS techniques FROM probe) AS listed
     GROUP BY dimension, strategy, level, language, split, techniques
     ORDER BY dimension COLLATE "C", strategy COLLATE "C", level, language, split, techniques COLLATE "C"`,
  );
  return rows.map((row) => ({
    ...row,
    split: ProbeSplit.parse(row.split),
    n: Number(row.n),
    twins: Number(row.twins),
  }));
}

/** Which of these text digests belong to a labelled reply's prompt. */
export async function labelledPrompts(tx: Tx, digests: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ prompt_sha256: string }>(
    'SELECT DISTINCT prompt_sha256 FROM judge_label WHERE prompt_sha256 = ANY($1)',
    [digests],
  );
  return new Set(rows.map((row) => row.prompt_sha256));
}

/** Which of these text digests belong to a probe or its twin. */
export async function probedPrompts(tx: Tx, digests: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ prompt_sha256: string; twin_sha256: string | null }>(
    'SELECT prompt_sha256, twin_sha256 FROM probe WHERE prompt_sha256 = ANY($1) OR twin_sha256 = ANY($1)',
    [digests],
  );
  return new Set(rows.flatMap((row) => [row.prompt_sha256, ...(row.twin_sha256 === null ? [] : [row.twin_sha256])]));
}
