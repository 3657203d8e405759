-- Which model gave which answer to whom: digests only, the texts are in the call record.
CREATE TABLE served_answer (
  id text PRIMARY KEY,
  model_digest text NOT NULL,
  release text,
  actor text NOT NULL,
  request_sha256 text NOT NULL,
  answer_sha256 text NOT NULL,
  format text NOT NULL,
  served_at timestamptz NOT NULL
);
SELECT make_append_only('served_answer');
