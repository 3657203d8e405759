-- Calibration: gold items and answers, and figures computed from all reviews that are too dear to compute on every visit.

CREATE INDEX review_submitted ON review (submitted_at, id);

-- How much hidden gold the queue holds. `secret` makes the places of gold items unguessable; it leaves the database never.
CREATE TABLE gold_setting (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  share double precision NOT NULL,
  secret text NOT NULL,
  set_by text NOT NULL,
  set_at timestamptz NOT NULL
);
SELECT make_append_only('gold_setting');

-- Items whose right review is known: a decided instance, or an item imported with its own question and trace.
CREATE TABLE gold_item (
  id uuid PRIMARY KEY,
  use text NOT NULL,
  kind text NOT NULL,
  language text NOT NULL,
  specialty text,
  -- no reference: the erasure of an instance takes its gold along, in whatever order
  instance_id uuid,
  round int,
  content jsonb,
  expected jsonb NOT NULL,
  sha256 text NOT NULL UNIQUE,
  registered_by text NOT NULL,
  registered_at timestamptz NOT NULL,
  event_seq int NOT NULL
);
CREATE INDEX gold_item_use ON gold_item (use, kind);
CREATE UNIQUE INDEX gold_item_instance ON gold_item (instance_id);
SELECT make_append_only('gold_item');
SELECT make_erasable('gold_item', '($1).instance_id');
ALTER TABLE assignment ADD FOREIGN KEY (gold) REFERENCES gold_item (id) ON DELETE CASCADE;

CREATE TABLE gold_retirement (
  item_id uuid PRIMARY KEY,
  reason text NOT NULL,
  retired_by text NOT NULL,
  retired_at timestamptz NOT NULL
);
SELECT make_append_only('gold_retirement');

-- An answer to a gold item is never a review of an instance.
CREATE TABLE gold_answer (
  id uuid PRIMARY KEY,
  item_id uuid NOT NULL,
  reviewer text NOT NULL REFERENCES account (id),
  answer jsonb NOT NULL,
  outcome jsonb NOT NULL,
  answered_at timestamptz NOT NULL,
  event_seq int NOT NULL,
  UNIQUE (item_id, reviewer)
);
CREATE INDEX gold_answer_reviewer ON gold_answer (reviewer, answered_at);
SELECT make_append_only('gold_answer');
SELECT make_erasable('gold_answer', '(SELECT instance_id FROM gold_item WHERE id = ($1).item_id)');

-- Figures by what they were computed from: `basis` names the last review and the last erasure that they know of.
CREATE TABLE quality_cache (
  name text PRIMARY KEY,
  basis text NOT NULL,
  content jsonb NOT NULL,
  computed_at timestamptz NOT NULL,
  milliseconds int NOT NULL
);
