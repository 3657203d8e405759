import type { Tx } from '../../db/database.ts';
import { JudgmentVerdict } from '../disagreements/schema.ts';
import { Probe } from '../schema.ts';
import { JudgeLabel, JudgeRecord, StoredDefinition } from './schema.ts';

export type StoredLabel = { label: JudgeLabel; sha256: string; promptSha256: string };

export async function knownLabels(tx: Tx, dataset: string, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; sha256: string }>(
    'SELECT id, sha256 FROM judge_label WHERE dataset = $1 AND id = ANY($2)',
    [dataset, ids],
  );
  return new Map(rows.map((row) => [row.id, row.sha256]));
}

export async function insertLabels(
  tx: Tx,
  dataset: string,
  labels: readonly StoredLabel[],
  imported: { by: string; at: Date },
): Promise<void> {
  const records = labels.map(({ label, sha256, promptSha256 }) => ({
    id: label.id,
    sha256,
    split: label.split,
    prompt_sha256: promptSha256,
    body: label,
  }));
  await tx.query(
    `INSERT INTO judge_label (dataset, id, sha256, split, prompt_sha256, body, imported_by, imported_at)
     SELECT $2::text, row.*, $3::text, $4::timestamptz FROM jsonb_to_recordset($1::jsonb) AS row (id text, sha256 text, split text, prompt_sha256 text, body jsonb)`,
    [JSON.stringify(records), dataset, imported.by, imported.at],
  );
}

export async function readLabels(tx: Tx, dataset: string): Promise<JudgeLabel[]> {
  const rows = await tx.query<{ body: unknown }>(
    'SELECT body FROM judge_label WHERE dataset = $1 ORDER BY id COLLATE "C"',
    [dataset],
  );
  return rows.map((row) => JudgeLabel.parse(row.body));
}

/** All labels of the queue as labels that measure judges; none of them teaches one. */
export async function queueLabels(tx: Tx): Promise<JudgeLabel[]> {
  const rows = await tx.query<{
    id: string;
    variant: string;
    labeller: string;
    label: unknown;
    text: string;
    body: unknown;
  }>(
    `SELECT concat_ws('/', labelled.campaign_id, labelled.target, labelled.probe_id, labelled.variant, labeller) AS id,
       labelled.variant, labeller, label, text, body
     FROM judgment_label AS labelled JOIN redteam_reply USING (campaign_id, target, probe_id, variant)
       JOIN probe ON probe.id = labelled.probe_id ORDER BY 1`,
  );
  return rows.map(({ id, variant, labeller, label, text, body }) => {
    const { language, dimension, prompt, twin } = Probe.parse(body);
    const { note: _, ...said } = JudgmentVerdict.parse(label);
    const harmful = variant === 'probe';
    return JudgeLabel.parse({
      id: id.slice(-200),
      language,
      dimension,
      kind: harmful ? 'harmful' : 'benign',
      prompt: harmful ? prompt : twin,
      reply: text,
      ...said,
      labeller,
      split: 'calibration',
    });
  });
}

/** Stores a judge; false when the very same judge is stored already. */
export async function insertJudge(tx: Tx, record: JudgeRecord, definition?: StoredDefinition): Promise<boolean> {
  const rows = await tx.query<{ id: string }>(
    `INSERT INTO judge (id, name, record, definition, created_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (id) DO NOTHING RETURNING id`,
    [
      record.id,
      record.name,
      JSON.stringify(record),
      definition === undefined ? null : JSON.stringify(definition),
      record.createdAt,
    ],
  );
  return rows.length > 0;
}

export type StoredJudge = { record: JudgeRecord; definition: StoredDefinition | undefined };

/** The judge with this digest, or the latest one of this name. */
export async function readJudge(tx: Tx, idOrName: string): Promise<StoredJudge | undefined> {
  const [row] = await tx.query<{ record: unknown; definition: unknown }>(
    'SELECT record, definition FROM judge WHERE id = $1 OR name = $1 ORDER BY (id = $1) DESC, position DESC LIMIT 1',
    [idOrName],
  );
  if (row === undefined) return undefined;
  return {
    record: JudgeRecord.parse(row.record),
    definition: row.definition === null ? undefined : StoredDefinition.parse(row.definition),
  };
}

/** Judges, newest first. */
export async function listJudges(tx: Tx, limit: number): Promise<JudgeRecord[]> {
  const rows = await tx.query<{ record: unknown }>('SELECT record FROM judge ORDER BY position DESC LIMIT $1', [limit]);
  return rows.map((row) => JudgeRecord.parse(row.record));
}
