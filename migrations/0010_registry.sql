-- Models by the digest of their weights, and the questions that each was trained on.

CREATE TABLE model (
  digest text PRIMARY KEY,
  name text NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('base', 'adapter')),
  state text NOT NULL CHECK (state IN ('candidate', 'approved', 'retired')),
  files jsonb NOT NULL,
  files_verified boolean NOT NULL,
  base_digest text REFERENCES model (digest),
  release text,
  run text,
  endpoint jsonb NOT NULL,
  registered_by text NOT NULL,
  registered_at timestamptz NOT NULL,
  approved_by text,
  approved_at timestamptz,
  approval_note text,
  CHECK (kind <> 'adapter' OR base_digest IS NOT NULL),
  CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
  CHECK (state <> 'approved' OR approved_by IS NOT NULL)
);

-- By identity, not by id: the same question under another id is the same question.
CREATE TABLE model_training_question (
  model_digest text NOT NULL REFERENCES model (digest),
  identity text NOT NULL,
  PRIMARY KEY (model_digest, identity)
);
SELECT make_append_only('model_training_question');
