-- Benchmarks as data: how each set of an evaluation is asked (orders, repeats, examples), what judges said of open answers,
-- what of a set is elsewhere in the workspace, and how often a sealed set was used.

-- Settled at the start. `variants` is how often each of the set's questions is asked: orders of its options × repeats.
CREATE TABLE evaluation_set (
  evaluation_id uuid NOT NULL REFERENCES evaluation (id),
  set_name text NOT NULL,
  variants int NOT NULL CHECK (variants >= 1),
  plan jsonb NOT NULL,
  PRIMARY KEY (evaluation_id, set_name)
);
SELECT make_append_only('evaluation_set');
INSERT INTO evaluation_set (evaluation_id, set_name, variants, plan)
  SELECT DISTINCT evaluation_id, set_name, 1, '{}'::jsonb FROM evaluation_question;

-- Solved examples that stand before every question of a set, in their order; never a question that is asked.
CREATE TABLE evaluation_example (
  evaluation_id uuid NOT NULL,
  set_name text NOT NULL,
  position int NOT NULL,
  question_id text NOT NULL REFERENCES question (id),
  PRIMARY KEY (evaluation_id, set_name, position),
  FOREIGN KEY (evaluation_id, set_name) REFERENCES evaluation_set (evaluation_id, set_name)
);
SELECT make_append_only('evaluation_example');

ALTER TABLE evaluation_answer ADD COLUMN variant int NOT NULL DEFAULT 0 CHECK (variant >= 0);
ALTER TABLE evaluation_answer DROP CONSTRAINT evaluation_answer_pkey;
ALTER TABLE evaluation_answer ADD PRIMARY KEY (evaluation_id, target, question_id, variant);
ALTER TABLE evaluation_answer DROP CONSTRAINT evaluation_answer_state_check;
-- `open` is a reply that judges score; it is neither right nor wrong.
ALTER TABLE evaluation_answer ADD CONSTRAINT evaluation_answer_state_check
  CHECK (state IN ('answered-correct', 'answered-wrong', 'abstained', 'unparsable', 'out-of-range', 'open'));

-- What one judge said of one open reply. No score means that it gave none, and `reason` says why.
CREATE TABLE evaluation_judgment (
  evaluation_id uuid NOT NULL,
  target text NOT NULL,
  question_id text NOT NULL,
  variant int NOT NULL,
  judge text NOT NULL,
  version text NOT NULL,
  score double precision,
  reason text NOT NULL,
  met jsonb,
  calls jsonb NOT NULL,
  judged_at timestamptz NOT NULL,
  PRIMARY KEY (evaluation_id, target, question_id, variant, judge),
  FOREIGN KEY (evaluation_id, target, question_id, variant)
    REFERENCES evaluation_answer (evaluation_id, target, question_id, variant)
);
SELECT make_append_only('evaluation_judgment');

-- Questions of an evaluation that the workspace holds elsewhere, as it was when the evaluation began.
CREATE TABLE evaluation_overlap (
  evaluation_id uuid NOT NULL,
  question_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('exact', 'permuted', 'near', 'translated')),
  other_id text NOT NULL,
  similarity double precision NOT NULL,
  releases jsonb NOT NULL,
  PRIMARY KEY (evaluation_id, question_id, kind),
  FOREIGN KEY (evaluation_id, question_id) REFERENCES evaluation_question (evaluation_id, question_id)
);
SELECT make_append_only('evaluation_overlap');
CREATE TABLE evaluation_overlap_check (
  evaluation_id uuid PRIMARY KEY REFERENCES evaluation (id),
  compared int NOT NULL,
  checked_at timestamptz NOT NULL
);
SELECT make_append_only('evaluation_overlap_check');

-- Sets that may be used only so often: each target of each evaluation is one submission.
CREATE TABLE sealed_set (
  set_name text PRIMARY KEY,
  budget int NOT NULL CHECK (budget >= 1),
  sealed_by text NOT NULL,
  sealed_at timestamptz NOT NULL,
  event_seq int NOT NULL
);
SELECT make_append_only('sealed_set');
CREATE TABLE sealed_submission (
  set_name text NOT NULL REFERENCES sealed_set (set_name),
  number int NOT NULL,
  evaluation_id uuid NOT NULL REFERENCES evaluation (id),
  target text NOT NULL,
  submitted_at timestamptz NOT NULL,
  event_seq int NOT NULL,
  PRIMARY KEY (set_name, number),
  UNIQUE (set_name, evaluation_id, target)
);
SELECT make_append_only('sealed_submission');
