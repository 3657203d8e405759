-- Instances (a question on its way through generation and review) and the traces written for them.

CREATE TABLE instance (
  id uuid PRIMARY KEY,
  question_id text NOT NULL REFERENCES question (id),
  kind text NOT NULL,
  language text NOT NULL,
  state text NOT NULL,
  round int NOT NULL DEFAULT 0,
  strikes int NOT NULL DEFAULT 0,
  consecutive_strikes int NOT NULL DEFAULT 0,
  overlap int NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (question_id)
);
CREATE INDEX instance_state ON instance (state, id);

CREATE TABLE trace (
  id uuid PRIMARY KEY,
  instance_id uuid NOT NULL REFERENCES instance (id),
  round int NOT NULL,
  text text NOT NULL,
  sha256 text NOT NULL,
  well_formed boolean NOT NULL,
  malformed_reason text,
  answer_state text NOT NULL,
  endpoint text NOT NULL,
  model text NOT NULL,
  prompt_sha256 text NOT NULL,
  call_key text NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (instance_id, round)
);
SELECT make_append_only('trace');

-- Failed generate→review rounds, with the remarks that the next attempt gets as feedback.
CREATE TABLE strike (
  instance_id uuid NOT NULL REFERENCES instance (id),
  round int NOT NULL,
  reasons jsonb NOT NULL,
  remarks jsonb NOT NULL,
  struck_at timestamptz NOT NULL,
  PRIMARY KEY (instance_id, round)
);
SELECT make_append_only('strike');
