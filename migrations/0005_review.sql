-- Reviews, edits, confirmations and panel cases. What people said is append-only; only the state of a case moves.

CREATE TABLE review (
  id uuid PRIMARY KEY,
  instance_id uuid NOT NULL REFERENCES instance (id),
  trace_id uuid NOT NULL REFERENCES trace (id),
  round int NOT NULL,
  reviewer text NOT NULL REFERENCES account (id),
  track text NOT NULL,
  rubric_version text NOT NULL,
  profile_digest text NOT NULL,
  scores jsonb NOT NULL,
  steps jsonb NOT NULL,
  violations jsonb NOT NULL,
  edits jsonb NOT NULL,
  result_sha256 text,
  edited_scores jsonb,
  verdict text NOT NULL,
  comment text,
  seconds int,
  imported_by text,
  submitted_at timestamptz NOT NULL,
  event_seq int NOT NULL,
  UNIQUE (instance_id, round, reviewer)
);
CREATE INDEX review_reviewer ON review (reviewer, submitted_at);
SELECT make_append_only('review');

-- A reviewer's scores for the text another reviewer's edit produced.
CREATE TABLE edit_confirmation (
  review_id uuid NOT NULL REFERENCES review (id),
  reviewer text NOT NULL REFERENCES account (id),
  result_sha256 text NOT NULL,
  scores jsonb NOT NULL,
  confirmed_at timestamptz NOT NULL,
  event_seq int NOT NULL,
  PRIMARY KEY (review_id, reviewer)
);
SELECT make_append_only('edit_confirmation');

CREATE TABLE panel_case (
  id uuid PRIMARY KEY,
  instance_id uuid NOT NULL REFERENCES instance (id),
  trace_id uuid NOT NULL REFERENCES trace (id),
  trigger text NOT NULL,
  state text NOT NULL,
  opened_at timestamptz NOT NULL
);
CREATE INDEX panel_case_state ON panel_case (state, id);
CREATE UNIQUE INDEX panel_case_open ON panel_case (instance_id) WHERE state <> 'decided';

CREATE TABLE panel_vote (
  case_id uuid NOT NULL REFERENCES panel_case (id),
  ballot int NOT NULL,
  member text NOT NULL REFERENCES account (id),
  vote text NOT NULL,
  cast_at timestamptz NOT NULL,
  PRIMARY KEY (case_id, ballot, member)
);
SELECT make_append_only('panel_vote');

CREATE TABLE panel_decision (
  case_id uuid PRIMARY KEY REFERENCES panel_case (id),
  decision text NOT NULL,
  edits jsonb NOT NULL,
  result_sha256 text,
  scores jsonb NOT NULL,
  rationale text NOT NULL,
  chair text NOT NULL REFERENCES account (id),
  decided_at timestamptz NOT NULL,
  event_seq int NOT NULL
);
SELECT make_append_only('panel_decision');
