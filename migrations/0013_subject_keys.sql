-- Contents of events lie sealed under a data key of their chain, so that destroying the key erases them while the leaf
-- stays. Nothing can be sealed afterwards by a migration: workspaces of earlier development versions are made anew.

DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM event) THEN
    RAISE EXCEPTION 'this workspace was made by a development version that kept contents unsealed; make it anew';
  END IF;
END $$;

-- The data key of each chain, wrapped under a version of the workspace's key (see src/ledger/vault.ts).
CREATE TABLE subject_key (
  subject uuid PRIMARY KEY,
  version int NOT NULL,
  wrapped bytea NOT NULL
);

ALTER TABLE event DROP COLUMN envelope, DROP COLUMN salt;
-- `contents` is the salt and the exact signed envelope, sealed under the key of `key_subject`.
ALTER TABLE event ADD COLUMN key_subject uuid NOT NULL, ADD COLUMN contents bytea NOT NULL;

-- Chains whose contents were erased. Rows of such a chain, and only those, may be deleted from append-only tables.
CREATE TABLE erasure (
  subject uuid PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  record text NOT NULL,
  reason text NOT NULL,
  -- names of the models that were trained on it, as of that day
  models jsonb NOT NULL,
  event_seq int NOT NULL,
  vault_version int NOT NULL,
  erased_by text NOT NULL,
  erased_at timestamptz NOT NULL
);
SELECT make_append_only('erasure');

CREATE FUNCTION refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE owner text;
BEGIN
  IF TG_OP = 'DELETE' THEN
    EXECUTE 'SELECT (' || TG_ARGV[0] || ')::text' INTO owner USING OLD;
    IF EXISTS (SELECT 1 FROM erasure WHERE subject::text = owner) THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- `owner` is an expression over $1, the row, for the subject it belongs to.
CREATE FUNCTION make_erasable(name text, owner text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('DROP TRIGGER append_only_row ON %I', name);
  EXECUTE format('CREATE TRIGGER append_only_row BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_unless_erased(%L)', name, owner);
END $$;

SELECT make_erasable('trace', '($1).instance_id');
SELECT make_erasable('strike', '($1).instance_id');
SELECT make_erasable('review', '($1).instance_id');
SELECT make_erasable('edit_confirmation', '(SELECT instance_id FROM review WHERE id = ($1).review_id)');
SELECT make_erasable('panel_vote', '(SELECT instance_id FROM panel_case WHERE id = ($1).case_id)');
SELECT make_erasable('panel_decision', '(SELECT instance_id FROM panel_case WHERE id = ($1).case_id)');
SELECT make_erasable('llm_call', '($1).subject');

-- How many erasures the files of a frozen release take account of.
ALTER TABLE dataset_release ADD COLUMN erasures bigint NOT NULL DEFAULT 0;
