-- Runs trained by an engine elsewhere, and what their recipes gave it to train on.

-- A run that was opened for its rewards alone had no job and no launcher of its own.
UPDATE training_run SET input = input || '{"launcher": "external"}'::jsonb WHERE job_id IS NULL;

-- One row an export: the engine may have trained on any of them, so all count as trained on.
CREATE TABLE training_recipe (
  id uuid PRIMARY KEY,
  run_id uuid NOT NULL REFERENCES training_run (id),
  engine text NOT NULL,
  composition jsonb NOT NULL,
  -- ids of the questions whose rows it holds
  questions jsonb NOT NULL,
  -- path, bytes and SHA-256 of each file
  files jsonb NOT NULL,
  exported_by text NOT NULL,
  exported_at timestamptz NOT NULL
);
CREATE INDEX training_recipe_run ON training_recipe (run_id, exported_at);
SELECT make_append_only('training_recipe');
