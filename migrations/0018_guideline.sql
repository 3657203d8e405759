-- The reviewers' guideline: numbered versions that never change, what readers found lacking, and the version that answers it.

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
