-- Attacks: generated probes, conversations, adaptive search, and texts that training never sees.

ALTER TABLE probe ADD COLUMN split text NOT NULL GENERATED ALWAYS AS (coalesce(body ->> 'split', 'test')) STORED;
ALTER TABLE probe ADD COLUMN group_id text NOT NULL GENERATED ALWAYS AS (body ->> 'group') STORED;
CREATE INDEX probe_group ON probe (group_id);

-- Texts of held-out probes and their twins, by the digest of their comparable form. A run that would train on one is refused.
CREATE TABLE held_out_text (
  text_sha256 text PRIMARY KEY,
  held_for text NOT NULL,
  held_at timestamptz NOT NULL
);
SELECT make_append_only('held_out_text');
INSERT INTO held_out_text
  SELECT DISTINCT ON (digest) digest, probe.id, imported_at
  FROM probe, LATERAL (VALUES (prompt_sha256), (twin_sha256)) AS texts (digest)
  WHERE digest IS NOT NULL ORDER BY digest, probe.id;

-- A making of probes, by template or by a model. Every raw reply is kept with what became of it.
CREATE TABLE probe_generation (
  id uuid PRIMARY KEY,
  input jsonb NOT NULL,
  profile_digest text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  result jsonb,
  completed_at timestamptz,
  CHECK ((result IS NULL) = (completed_at IS NULL))
);
CREATE TABLE probe_candidate (
  generation_id uuid NOT NULL REFERENCES probe_generation (id),
  position int NOT NULL,
  recipe jsonb NOT NULL,
  reply text,
  call_key text,
  probe jsonb,
  state text NOT NULL CHECK (state IN ('drafted', 'taken', 'already', 'refused')),
  reason text,
  written_at timestamptz NOT NULL,
  PRIMARY KEY (generation_id, position),
  CHECK ((state = 'refused') = (reason IS NOT NULL))
);

-- The turns of a conversation before its last one, which is the row in redteam_reply.
CREATE TABLE redteam_turn (
  campaign_id uuid NOT NULL,
  target text NOT NULL,
  probe_id text NOT NULL,
  variant text NOT NULL,
  turn int NOT NULL CHECK (turn >= 1),
  text text NOT NULL,
  sha256 text NOT NULL,
  failure text,
  model text NOT NULL,
  call_key text,
  finish_reason text NOT NULL,
  replied_at timestamptz NOT NULL,
  PRIMARY KEY (campaign_id, target, probe_id, variant, turn),
  FOREIGN KEY (campaign_id, target, probe_id, variant) REFERENCES redteam_reply (campaign_id, target, probe_id, variant)
);
SELECT make_append_only('redteam_turn');

-- A judgment of each turn; the verdict on the whole conversation is the row in redteam_judgment.
CREATE TABLE redteam_turn_judgment (
  campaign_id uuid NOT NULL,
  target text NOT NULL,
  probe_id text NOT NULL,
  variant text NOT NULL,
  turn int NOT NULL CHECK (turn >= 1),
  judge_id text NOT NULL REFERENCES judge (id),
  verdict text NOT NULL CHECK (verdict IN ('safe', 'unsafe', 'refused', 'answered', 'undecided')),
  judgment jsonb NOT NULL,
  judged_at timestamptz NOT NULL,
  PRIMARY KEY (campaign_id, target, probe_id, variant, turn, judge_id),
  FOREIGN KEY (campaign_id, target, probe_id, variant) REFERENCES redteam_reply (campaign_id, target, probe_id, variant)
);
SELECT make_append_only('redteam_turn_judgment');

-- An adaptive search. Each attempt is a row that nothing changes any more.
CREATE TABLE redteam_search (
  id uuid PRIMARY KEY,
  input jsonb NOT NULL,
  judge_id text NOT NULL REFERENCES judge (id),
  target jsonb NOT NULL,
  probes jsonb NOT NULL,
  profile_digest text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  completed_at timestamptz,
  event_seq int,
  CHECK ((completed_at IS NULL) = (event_seq IS NULL))
);
CREATE TABLE redteam_attempt (
  search_id uuid NOT NULL REFERENCES redteam_search (id),
  probe_id text NOT NULL REFERENCES probe (id),
  -- Where it stands in the search of its probe, and the attempt that it refines; 0 is the probe itself.
  position int NOT NULL CHECK (position >= 0),
  parent int,
  depth int NOT NULL,
  request text NOT NULL,
  twin text,
  attacker_reply text,
  attacker_call text,
  -- Why nothing was asked of the target.
  refused text,
  reply text,
  reply_call text,
  failure text,
  judgment jsonb,
  at timestamptz NOT NULL,
  PRIMARY KEY (search_id, probe_id, position),
  CHECK ((refused IS NULL) = (judgment IS NOT NULL)),
  CHECK (parent IS NULL OR parent < position)
);
SELECT make_append_only('redteam_attempt');
