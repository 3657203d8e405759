import type { Tx } from '../db/database.ts';

export type ServedAnswer = {
  id: string;
  modelDigest: string;
  release?: string;
  actor: string;
  requestSha256: string;
  answerSha256: string;
  format: string;
  at: Date;
};

export async function insertServedAnswer(tx: Tx, answer: ServedAnswer): Promise<void> {
  await tx.query(
    `INSERT INTO served_answer (id, model_digest, release, actor, request_sha256, answer_sha256, format, served_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      answer.id,
      answer.modelDigest,
      answer.release ?? null,
      answer.actor,
      answer.requestSha256,
      answer.answerSha256,
      answer.format,
      answer.at,
    ],
  );
}
