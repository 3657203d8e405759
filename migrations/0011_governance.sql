-- Evidence packs that were issued; their files are in the workspace under their digest.
CREATE TABLE evidence_pack (
  sha256 text PRIMARY KEY,
  path text NOT NULL,
  release text,
  claims int NOT NULL,
  issued_by text NOT NULL,
  issued_at timestamptz NOT NULL
);
SELECT make_append_only('evidence_pack');
