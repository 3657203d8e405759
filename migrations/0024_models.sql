-- Models: signed statements about their files, retirement, and how close they come to evaluation sets. Ablations.

ALTER TABLE model
  ADD COLUMN retired_by text,
  ADD COLUMN retired_at timestamptz,
  ADD COLUMN retirement_reason text,
  ADD CHECK ((retired_by IS NULL) = (retired_at IS NULL)),
  ADD CHECK ((state = 'retired') = (retired_by IS NOT NULL));

-- The envelope as it was written beside the weights: byte for byte, so that a lost file can be given back.
CREATE TABLE model_signature (
  model_digest text PRIMARY KEY REFERENCES model (digest),
  envelope text NOT NULL,
  sha256 text NOT NULL,
  signed_at timestamptz NOT NULL
);
SELECT make_append_only('model_signature');

-- Near-duplicates between what a model was trained on and the evaluation sets. `basis` names the sets and rows they were
-- sought in; with another basis they are sought anew.
CREATE TABLE model_near_check (
  model_digest text PRIMARY KEY REFERENCES model (digest),
  basis text NOT NULL,
  content jsonb NOT NULL,
  checked_at timestamptz NOT NULL
);

-- The same recipe with and without a part of a release. Its runs and models bear names that follow from its own.
CREATE TABLE ablation (
  id uuid PRIMARY KEY,
  name text NOT NULL UNIQUE,
  input jsonb NOT NULL,
  job_id uuid,
  evaluation_id uuid REFERENCES evaluation (id),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  completed_at timestamptz,
  event_seq int,
  CHECK ((completed_at IS NULL) = (event_seq IS NULL))
);

-- One trained model of an ablation, and the rows that its recipe offered to it.
CREATE TABLE ablation_arm (
  ablation_id uuid NOT NULL REFERENCES ablation (id),
  arm text NOT NULL CHECK (arm IN ('full', 'without')),
  seed int NOT NULL,
  run text NOT NULL,
  model_digest text NOT NULL REFERENCES model (digest),
  rows int NOT NULL,
  PRIMARY KEY (ablation_id, arm, seed)
);
SELECT make_append_only('ablation_arm');
