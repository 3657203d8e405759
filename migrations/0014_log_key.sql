-- The log's keys, oldest first. The last one signs; it is written in the transaction of its key.rotated event.
CREATE TABLE log_key (
  ordinal int PRIMARY KEY,
  keyid text NOT NULL UNIQUE,
  public_key bytea NOT NULL
);
SELECT make_append_only('log_key');
