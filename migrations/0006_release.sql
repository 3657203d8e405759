-- Dataset releases. A release's row moves from draft to sealed to frozen; a draft may be made anew, nothing is signed yet.

CREATE TABLE dataset_release (
  name text PRIMARY KEY,
  state text NOT NULL,
  input jsonb NOT NULL,
  profile_digest text NOT NULL,
  summary jsonb NOT NULL,
  created_by text NOT NULL REFERENCES account (id),
  created_at timestamptz NOT NULL,
  approved_by text REFERENCES account (id),
  approved_at timestamptz,
  manifest_sha256 text,
  seal_seq int,
  anchor jsonb
);

-- Accepted instances that are not in the release, each with its reasons.
CREATE TABLE release_exclusion (
  release text NOT NULL REFERENCES dataset_release (name) ON DELETE CASCADE,
  question_id text NOT NULL REFERENCES question (id),
  instance_id uuid NOT NULL REFERENCES instance (id),
  reasons jsonb NOT NULL,
  PRIMARY KEY (release, question_id)
);
