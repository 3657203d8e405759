-- Questions. A question's body never changes; its state does.

CREATE TABLE corpus_import (
  id uuid PRIMARY KEY,
  dataset text NOT NULL,
  report jsonb NOT NULL,
  imported_by text NOT NULL,
  imported_at timestamptz NOT NULL
);
SELECT make_append_only('corpus_import');

CREATE TABLE question (
  id text PRIMARY KEY,
  import_id uuid NOT NULL,
  dataset text NOT NULL,
  kind text NOT NULL,
  language text NOT NULL,
  state text NOT NULL,
  state_reason text,
  benchmark boolean NOT NULL DEFAULT false,
  set_name text,
  -- what the question and what its right answer are, whoever prints them
  identity text NOT NULL,
  answer text,
  group_key text NOT NULL,
  body jsonb NOT NULL
);
CREATE INDEX question_dataset ON question (dataset, kind);
CREATE INDEX question_identity ON question (identity);
CREATE INDEX question_state ON question (state, kind);
