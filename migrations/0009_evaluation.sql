-- Evaluations: which questions are asked of which models, and every verdict on every reply. Totals are counted from these rows.

CREATE TABLE evaluation (
  id uuid PRIMARY KEY,
  settings jsonb NOT NULL,
  profile_digest text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  completed_at timestamptz,
  event_seq int,
  CHECK ((completed_at IS NULL) = (event_seq IS NULL))
);
CREATE INDEX evaluation_created ON evaluation (created_at);

CREATE TABLE evaluation_target (
  evaluation_id uuid NOT NULL REFERENCES evaluation (id),
  name text NOT NULL,
  position int NOT NULL,
  identity jsonb NOT NULL,
  PRIMARY KEY (evaluation_id, name)
);
SELECT make_append_only('evaluation_target');

-- The questions as they stood at the start. A question with a problem cannot be scored; it is counted and not asked.
CREATE TABLE evaluation_question (
  evaluation_id uuid NOT NULL REFERENCES evaluation (id),
  question_id text NOT NULL REFERENCES question (id),
  position int NOT NULL,
  set_name text NOT NULL,
  options int NOT NULL,
  problem text,
  PRIMARY KEY (evaluation_id, question_id),
  UNIQUE (evaluation_id, position)
);
SELECT make_append_only('evaluation_question');

CREATE TABLE evaluation_answer (
  evaluation_id uuid NOT NULL,
  target text NOT NULL,
  question_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('answered-correct', 'answered-wrong', 'abstained', 'unparsable', 'out-of-range')),
  rule text NOT NULL,
  answer text,
  quote text,
  reply text NOT NULL,
  finish_reason text NOT NULL,
  log_probs jsonb,
  model text NOT NULL,
  call_key text NOT NULL,
  answered_at timestamptz NOT NULL,
  PRIMARY KEY (evaluation_id, target, question_id),
  FOREIGN KEY (evaluation_id, target) REFERENCES evaluation_target (evaluation_id, name),
  FOREIGN KEY (evaluation_id, question_id) REFERENCES evaluation_question (evaluation_id, question_id),
  CHECK (state NOT LIKE 'answered-%' OR answer IS NOT NULL)
);
SELECT make_append_only('evaluation_answer');
