-- The workbench: who can review what, the queue with its leases, drafts, and submissions that can still be taken back.

ALTER TABLE account ADD COLUMN specialties text[] NOT NULL DEFAULT '{}';
ALTER TABLE account ADD COLUMN languages text[] NOT NULL DEFAULT '{}';
ALTER TABLE account ADD COLUMN email text;
CREATE UNIQUE INDEX account_email ON account (lower(email));

-- The run of the generation job that wrote a trace; the panel can return all of it.
ALTER TABLE trace ADD COLUMN batch uuid;
CREATE INDEX trace_batch ON trace (batch);

ALTER TABLE review ADD COLUMN insufficient_context boolean;
ALTER TABLE review ADD COLUMN guideline_version int;

-- What the queue needs stands on the instance, which has no texts. `taken` counts live leases, submissions and reviews of
-- the current round; it changes in the transaction of what it counts, so the next item costs one index scan.
ALTER TABLE instance ADD COLUMN dataset text NOT NULL DEFAULT '';
ALTER TABLE instance ADD COLUMN specialty text;
ALTER TABLE instance ADD COLUMN author text;
ALTER TABLE instance ADD COLUMN priority int NOT NULL DEFAULT 0;
ALTER TABLE instance ADD COLUMN taken int NOT NULL DEFAULT 0;
ALTER TABLE instance ADD COLUMN raised boolean NOT NULL DEFAULT false;
ALTER TABLE instance ADD COLUMN position bigint GENERATED ALWAYS AS IDENTITY;
CREATE INDEX instance_queue ON instance (priority DESC, position) WHERE state = 'in-review' AND taken < overlap;

CREATE TABLE assignment (
  id uuid PRIMARY KEY,
  instance_id uuid REFERENCES instance (id) ON DELETE CASCADE,
  -- A hidden gold item in place of an instance; nothing that leaves the server tells the two apart.
  gold uuid,
  round int NOT NULL,
  reviewer text NOT NULL REFERENCES account (id),
  kind text NOT NULL,
  language text NOT NULL,
  specialty text,
  state text NOT NULL,
  why jsonb NOT NULL,
  leased_at timestamptz NOT NULL,
  lease_until timestamptz NOT NULL,
  closed_at timestamptz,
  close_reason text,
  close_note text,
  UNIQUE (instance_id, round, reviewer),
  UNIQUE (gold, reviewer),
  CHECK ((instance_id IS NULL) <> (gold IS NULL))
);
CREATE INDEX assignment_live ON assignment (reviewer) WHERE state IN ('leased', 'submitted');
CREATE INDEX assignment_expired ON assignment (reviewer, lease_until DESC) WHERE state = 'expired';
CREATE INDEX assignment_expiry ON assignment (lease_until) WHERE state = 'leased';
CREATE INDEX assignment_closed ON assignment (reviewer, closed_at);

-- Whom the queue keeps away from what: declared by a person or recorded by a steward.
CREATE TABLE conflict_of_interest (
  id uuid PRIMARY KEY,
  account_id text NOT NULL REFERENCES account (id),
  scope text NOT NULL,
  target text NOT NULL,
  note text,
  declared_by text NOT NULL,
  declared_at timestamptz NOT NULL,
  UNIQUE (account_id, scope, target)
);
SELECT make_append_only('conflict_of_interest');

-- Every saved state of a draft. `key` makes a repeated save the same save.
CREATE TABLE draft_revision (
  assignment_id uuid NOT NULL REFERENCES assignment (id) ON DELETE CASCADE,
  rev int NOT NULL,
  key uuid NOT NULL,
  content jsonb NOT NULL,
  saved_at timestamptz NOT NULL,
  PRIMARY KEY (assignment_id, rev),
  UNIQUE (assignment_id, key)
);

-- What was handed in. Until `due_at` it can be taken back; then it is signed into the log as a review, or refused.
CREATE TABLE submission (
  assignment_id uuid NOT NULL REFERENCES assignment (id) ON DELETE CASCADE,
  key uuid NOT NULL,
  review jsonb NOT NULL,
  state text NOT NULL,
  refusal text,
  review_id uuid,
  submitted_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  closed_at timestamptz,
  PRIMARY KEY (assignment_id, key)
);
CREATE INDEX submission_due ON submission (due_at) WHERE state = 'waiting';
CREATE UNIQUE INDEX submission_one ON submission (assignment_id) WHERE state IN ('waiting', 'signed');

-- Cases of one adjudicator and cases of a panel differ in who decides, not in what a case is.
ALTER TABLE panel_case ADD COLUMN board text NOT NULL DEFAULT 'panel';
ALTER TABLE panel_case ADD COLUMN waits_for_guideline int;
ALTER TABLE panel_decision ADD COLUMN signature jsonb;

CREATE TABLE case_message (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES panel_case (id),
  member text NOT NULL REFERENCES account (id),
  text text NOT NULL,
  said_at timestamptz NOT NULL
);
CREATE INDEX case_message_case ON case_message (case_id, id);
SELECT make_append_only('case_message');

-- Who looked behind the letters of a case, and why.
CREATE TABLE case_unmasking (
  case_id uuid NOT NULL REFERENCES panel_case (id),
  account_id text NOT NULL REFERENCES account (id),
  reason text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (case_id, account_id)
);
SELECT make_append_only('case_unmasking');
SELECT make_erasable('case_message', '(SELECT instance_id FROM panel_case WHERE id = ($1).case_id)');
SELECT make_erasable('case_unmasking', '(SELECT instance_id FROM panel_case WHERE id = ($1).case_id)');
