-- The reviewers' guideline: numbered versions that never change, what readers found lacking, and the version that
-- answers it. And webhooks.

CREATE TABLE guideline_version (
  version int PRIMARY KEY,
  content jsonb NOT NULL,
  sha256 text NOT NULL,
  note text NOT NULL,
  published_by text NOT NULL,
  published_at timestamptz NOT NULL,
  event_seq int NOT NULL
);
SELECT make_append_only('guideline_version');

CREATE TABLE guideline_gap (
  id uuid PRIMARY KEY,
  cause text NOT NULL,
  text text NOT NULL,
  section text,
  instance_id uuid REFERENCES instance (id),
  filed_by text NOT NULL,
  filed_at timestamptz NOT NULL
);
CREATE INDEX guideline_gap_instance ON guideline_gap (instance_id);
SELECT make_append_only('guideline_gap');
SELECT make_erasable('guideline_gap', '($1).instance_id');

CREATE TABLE guideline_gap_answer (
  gap_id uuid PRIMARY KEY REFERENCES guideline_gap (id),
  version int NOT NULL REFERENCES guideline_version (version),
  text text NOT NULL
);
SELECT make_append_only('guideline_gap_answer');
SELECT make_erasable('guideline_gap_answer', '(SELECT instance_id FROM guideline_gap WHERE id = ($1).gap_id)');

-- Programs that are told of events. `cursor` is the leaf behind the last one that was told or not asked for; `due_at` is
-- when the next attempt may begin, and while one is under way when others may take it over.
CREATE TABLE webhook (
  id uuid PRIMARY KEY,
  url text NOT NULL,
  types text[] NOT NULL,
  state text NOT NULL,
  stop_reason text,
  cursor bigint NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  failing_since timestamptz,
  due_at timestamptz NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX webhook_due ON webhook (due_at) WHERE state = 'active';

-- How each delivery stands: one row for an event and a webhook, however often it was tried.
CREATE TABLE webhook_delivery (
  webhook_id uuid NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
  leaf_index bigint NOT NULL,
  type text NOT NULL,
  state text NOT NULL,
  attempts int NOT NULL,
  status int,
  error text,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (webhook_id, leaf_index)
);
