-- Clinicians' labels of judgments on which judges disagreed. A label is never changed; another clinician gives another.
CREATE TABLE judgment_label (
  campaign_id uuid NOT NULL,
  target text NOT NULL,
  probe_id text NOT NULL,
  variant text NOT NULL,
  labeller text NOT NULL,
  label jsonb NOT NULL,
  labelled_at timestamptz NOT NULL,
  event_seq int NOT NULL,
  PRIMARY KEY (campaign_id, target, probe_id, variant, labeller),
  FOREIGN KEY (campaign_id, target, probe_id, variant) REFERENCES redteam_reply (campaign_id, target, probe_id, variant)
);
SELECT make_append_only('judgment_label');

-- The queue of those judgments, oldest first.
CREATE INDEX redteam_judgment_queue ON redteam_judgment (judged_at) WHERE judgment ->> 'disagrees' = 'true';
