import { enrolAccount, issueToken } from '../src/accounts/actions.ts';
import { sha256Hex } from '../src/core/hash.ts';
import type { Services } from '../src/server/services.ts';

export type Sizes = { instances: number; reviewsEach: number; reviewers: number; openShare: number };

const steps = Array.from(
  { length: 8 },
  (_, n) =>
    `${n + 1}. Step ${n + 1} of an invented trace: the patient takes warfarin, so the analgesic is chosen by what it does to bleeding and to the INR, and the choice is told with its reason and with what to watch.`,
);
const trace = `<think>\n${steps.join('\n')}\n</think>\n<answer>B</answer>`;

/**
 * Invented questions, traces and reviews, put into the tables directly: most instances are accepted, the rest wait for
 * one more reviewer. Every reviewer has reviewed a like share of all.
 */
export async function fillWorkbench(services: Services, sizes: Sizes): Promise<void> {
  const { db } = services;
  const { instances, reviewsEach, reviewers, openShare } = sizes;
  const open = Math.round(instances * openShare);
  await db.script(`CREATE FUNCTION bench_uuid(name text) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT overlay(overlay(md5(name) placing '4' from 13) placing '8' from 17)::uuid $$`);
  await db.query(
    `INSERT INTO question (id, import_id, dataset, kind, language, state, identity, group_key, body)
     SELECT 'w' || n, gen_random_uuid(), 'bench', 'knowledge', 'en', 'active', 'w' || n, 'w' || n,
       jsonb_build_object('id', 'w' || n, 'dataset', 'bench', 'kind', 'knowledge', 'language', 'en',
         'text', 'Which analgesic for a patient on warfarin? Case ' || n,
         'options', '[{"label":"A","text":"Ibuprofen"},{"label":"B","text":"Paracetamol"}]'::jsonb,
         'answer', '["B"]'::jsonb, 'dimensions', '[]'::jsonb, 'flags', '[]'::jsonb, 'tags', '{}'::jsonb,
         'specialty', 'specialty-' || n % 10, 'source', '{"kind":"other","citation":"Invented for a bench"}'::jsonb,
         'provenance', jsonb_build_object('file', 'bench', 'row', n))
     FROM generate_series(1, $1) AS n`,
    [instances],
  );
  await db.query(
    `INSERT INTO instance (id, question_id, kind, language, state, round, overlap, taken, dataset, specialty, created_at, updated_at)
     SELECT bench_uuid('instance' || n), 'w' || n, 'knowledge', 'en', CASE WHEN n <= $2 THEN 'in-review' ELSE 'accepted' END,
       1, $3 + 1, $3, 'bench', 'specialty-' || n % 10, now(), now() FROM generate_series(1, $1) AS n`,
    [instances, open, reviewsEach],
  );
  await db.query(
    `INSERT INTO trace (id, instance_id, round, text, sha256, well_formed, answer_state, endpoint, model, prompt_sha256, call_key, created_at)
     SELECT bench_uuid('trace' || n), bench_uuid('instance' || n), 1, $2, $3, true, 'matches', 'bench', 'bench-teacher', '', 'w' || n, now()
     FROM generate_series(1, $1) AS n`,
    [instances, trace, sha256Hex(trace)],
  );
  await db.query(
    `INSERT INTO review (id, instance_id, trace_id, round, reviewer, track, rubric_version, profile_digest, scores, steps,
       violations, edits, verdict, seconds, submitted_at, event_seq)
     SELECT bench_uuid('review' || n || '/' || k), bench_uuid('instance' || n), bench_uuid('trace' || n), 1,
       'bench-' || (n * 7 + k * 11) % $3, 'medical', '1', '',
       jsonb_build_object('medical-correctness', 3 + (n + k) % 3, 'reasoning-structure', 3 + (n * 3 + k) % 3,
         'information-sufficiency', 3 + (n + k * k) % 3, 'terminology-language', 4 + (n + k) % 2, 'clinical-utility', 3 + (n * k) % 3),
       '[]', '[]', '[]', 'accept', 60 + (n * k) % 200, now() - (n % 100) * interval '1 day' + k * interval '1 minute', 2 + k
     FROM generate_series(1, $1) AS n, generate_series(1, $2) AS k`,
    [instances, reviewsEach, reviewers],
  );
  await db.query(
    `INSERT INTO assignment (id, instance_id, round, reviewer, kind, language, state, why, leased_at, lease_until, closed_at)
     SELECT id, instance_id, 1, reviewer, 'knowledge', 'en', 'done', '[]', submitted_at, submitted_at, submitted_at FROM review`,
  );
  // As the server does by itself after so many new rows.
  await db.script('VACUUM ANALYZE');
}

/** Enrols the bench's reviewers and a steward; returns a token for each, the steward's last. */
export async function enrolBench(services: Services, reviewers: number): Promise<string[]> {
  const admin = services.contextFor({ id: 'bench-admin', name: 'Bench', roles: ['admin'] });
  const people = [
    ...Array.from({ length: reviewers }, (_, n) => ({ id: `bench-${n}`, roles: ['reviewer' as const] })),
    { id: 'bench-steward', roles: ['steward' as const, 'engineer' as const] },
  ];
  const tokens: string[] = [];
  for (const { id, roles } of people) {
    await enrolAccount(admin, { id, name: id, roles, credential: 'bench' });
    tokens.push(await issueToken(services.contextFor({ id, name: id, roles }), { account: id, label: 'bench' }));
  }
  return tokens;
}
