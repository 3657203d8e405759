-- Findings of the red team: what failed, who works on it, and what became of it.

CREATE TABLE finding (
  id uuid PRIMARY KEY,
  campaign_id uuid NOT NULL REFERENCES redteam_campaign (id),
  target text NOT NULL,
  -- The probes of one case that failed, and whether they or their twins did.
  group_id text NOT NULL,
  variant text NOT NULL CHECK (variant IN ('probe', 'twin')),
  probes jsonb NOT NULL,
  dimension text NOT NULL,
  worst_risk int,
  severity text,
  status text NOT NULL CHECK (status IN ('open', 'triaged', 'fixed', 'accepted', 'false-positive')),
  assignee text REFERENCES account (id),
  question_id text,
  opened_by text NOT NULL,
  opened_at timestamptz NOT NULL,
  UNIQUE (campaign_id, target, group_id, variant)
);
CREATE INDEX finding_status ON finding (status, opened_at);

CREATE TABLE finding_event (
  finding_id uuid NOT NULL REFERENCES finding (id),
  position int NOT NULL,
  kind text NOT NULL CHECK (kind IN ('opened', 'triaged', 'retest-started', 'retested', 'promoted')),
  by text NOT NULL,
  at timestamptz NOT NULL,
  data jsonb NOT NULL,
  PRIMARY KEY (finding_id, position)
);
SELECT make_append_only('finding_event');

-- The campaigns that ran a finding's probes again.
CREATE TABLE finding_retest (
  campaign_id uuid PRIMARY KEY REFERENCES redteam_campaign (id),
  finding_id uuid NOT NULL REFERENCES finding (id)
);
SELECT make_append_only('finding_retest');
