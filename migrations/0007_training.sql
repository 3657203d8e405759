-- Training runs, what the workers reported, and every judgment that became a reward.

CREATE TABLE training_run (
  id uuid PRIMARY KEY,
  name text NOT NULL UNIQUE,
  stage text NOT NULL,
  release text NOT NULL,
  base text NOT NULL,
  input jsonb NOT NULL,
  state text NOT NULL,
  job_id uuid,
  result jsonb,
  error text,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  finished_at timestamptz
);

-- One row per event line of the worker, so that pages and reports need no files.
CREATE TABLE training_event (
  run_id uuid NOT NULL REFERENCES training_run (id),
  position int NOT NULL,
  type text NOT NULL,
  body jsonb NOT NULL,
  PRIMARY KEY (run_id, position)
);
SELECT make_append_only('training_event');

-- A reward is a judgment like any other: what was judged, by whom, with which result. `score` is null where it could
-- not be scored; no number is ever put in its place.
CREATE TABLE reward_judgment (
  run_id uuid NOT NULL REFERENCES training_run (id),
  sample_id text NOT NULL,
  step int NOT NULL,
  group_key text NOT NULL,
  prompt_sha256 text NOT NULL,
  completion text NOT NULL,
  score double precision,
  reason text,
  judge text NOT NULL,
  judged_at timestamptz NOT NULL,
  PRIMARY KEY (run_id, sample_id)
);
SELECT make_append_only('reward_judgment');
