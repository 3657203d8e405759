-- Accounts, jobs and the event store. Tables commented "append-only" refuse UPDATE, DELETE and TRUNCATE.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION make_append_only(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('COMMENT ON TABLE %I IS ''append-only''', name);
  EXECUTE format('CREATE TRIGGER append_only_row BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
  EXECUTE format('CREATE TRIGGER append_only_table BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
END $$;

CREATE TABLE account (
  id text PRIMARY KEY,
  name text NOT NULL,
  roles text[] NOT NULL,
  credential text,
  credential_checked_at timestamptz,
  demo boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz
);

CREATE TABLE account_token (
  sha256 text PRIMARY KEY,
  account_id text NOT NULL REFERENCES account (id),
  label text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz
);

CREATE TABLE job_run (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  state text NOT NULL,
  input jsonb NOT NULL,
  done bigint NOT NULL DEFAULT 0,
  total bigint,
  unit text NOT NULL DEFAULT 'items',
  message text NOT NULL DEFAULT '',
  result jsonb,
  error text,
  error_code text,
  attempts int NOT NULL DEFAULT 0,
  stop_requested boolean NOT NULL DEFAULT false,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  finished_at timestamptz,
  heartbeat_at timestamptz
);
CREATE INDEX job_run_state ON job_run (state, kind);

-- One row per fact. `envelope` holds the exact signed bytes, `leaf` what the public log gets: a salted commitment.
CREATE TABLE event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject uuid NOT NULL,
  seq int NOT NULL,
  type text NOT NULL,
  time timestamptz NOT NULL,
  actor text NOT NULL,
  envelope bytea NOT NULL,
  salt bytea NOT NULL,
  leaf bytea NOT NULL,
  leaf_hash bytea NOT NULL,
  UNIQUE (subject, seq)
);
CREATE INDEX event_type ON event (type);
SELECT make_append_only('event');

-- Where the sequencer put an event's leaf.
CREATE TABLE event_position (
  event_id bigint PRIMARY KEY REFERENCES event (id),
  leaf_index bigint NOT NULL UNIQUE
);
SELECT make_append_only('event_position');
