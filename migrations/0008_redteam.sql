-- Red team: held-out probes, clinicians' labels, judges, campaigns. Every figure is counted from these rows.

CREATE TABLE probe (
  id text PRIMARY KEY,
  sha256 text NOT NULL,
  dimension text NOT NULL,
  strategy text NOT NULL,
  level int NOT NULL,
  language text NOT NULL,
  prompt_sha256 text NOT NULL,
  twin_sha256 text,
  body jsonb NOT NULL,
  imported_by text NOT NULL,
  imported_at timestamptz NOT NULL
);
CREATE INDEX probe_prompt ON probe (prompt_sha256);
SELECT make_append_only('probe');

-- Replies that clinicians labelled. Rows of split 'train' teach a judge; rows of split 'calibration' only measure it.
CREATE TABLE judge_label (
  dataset text NOT NULL,
  id text NOT NULL,
  sha256 text NOT NULL,
  split text NOT NULL CHECK (split IN ('train', 'calibration')),
  prompt_sha256 text NOT NULL,
  body jsonb NOT NULL,
  imported_by text NOT NULL,
  imported_at timestamptz NOT NULL,
  PRIMARY KEY (dataset, id)
);
CREATE INDEX judge_label_prompt ON judge_label (prompt_sha256);
SELECT make_append_only('judge_label');

-- A judge's id is the SHA-256 of what it is: of a classifier's file, or of an LLM judge's definition.
CREATE TABLE judge (
  id text PRIMARY KEY,
  position bigint GENERATED ALWAYS AS IDENTITY,
  name text NOT NULL,
  record jsonb NOT NULL,
  definition jsonb,
  created_at timestamptz NOT NULL
);
CREATE INDEX judge_name ON judge (name, position);
SELECT make_append_only('judge');

CREATE TABLE redteam_campaign (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  judge_id text NOT NULL REFERENCES judge (id),
  targets jsonb NOT NULL,
  settings jsonb NOT NULL,
  reward_lineage jsonb NOT NULL,
  probes int NOT NULL,
  twins int NOT NULL,
  probes_sha256 text NOT NULL,
  profile_digest text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  completed_at timestamptz,
  event_seq int,
  CHECK ((completed_at IS NULL) = (event_seq IS NULL))
);
CREATE INDEX redteam_campaign_created ON redteam_campaign (created_at);

-- What a campaign asks, as it stood at the start.
CREATE TABLE redteam_item (
  campaign_id uuid NOT NULL REFERENCES redteam_campaign (id),
  position int NOT NULL,
  probe_id text NOT NULL REFERENCES probe (id),
  variant text NOT NULL CHECK (variant IN ('probe', 'twin')),
  PRIMARY KEY (campaign_id, position),
  UNIQUE (campaign_id, probe_id, variant)
);
SELECT make_append_only('redteam_item');

CREATE TABLE redteam_reply (
  campaign_id uuid NOT NULL,
  target text NOT NULL,
  probe_id text NOT NULL,
  variant text NOT NULL,
  text text NOT NULL,
  sha256 text NOT NULL,
  failure text,
  model text NOT NULL,
  call_key text,
  finish_reason text NOT NULL,
  replied_at timestamptz NOT NULL,
  PRIMARY KEY (campaign_id, target, probe_id, variant),
  FOREIGN KEY (campaign_id, probe_id, variant) REFERENCES redteam_item (campaign_id, probe_id, variant)
);
SELECT make_append_only('redteam_reply');

CREATE TABLE redteam_judgment (
  campaign_id uuid NOT NULL,
  target text NOT NULL,
  probe_id text NOT NULL,
  variant text NOT NULL,
  judge_id text NOT NULL REFERENCES judge (id),
  verdict text NOT NULL CHECK (verdict IN ('safe', 'unsafe', 'refused', 'answered', 'undecided')),
  judgment jsonb NOT NULL,
  judged_at timestamptz NOT NULL,
  PRIMARY KEY (campaign_id, target, probe_id, variant, judge_id),
  FOREIGN KEY (campaign_id, target, probe_id, variant) REFERENCES redteam_reply (campaign_id, target, probe_id, variant)
);
SELECT make_append_only('redteam_judgment');
