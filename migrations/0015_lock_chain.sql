-- Serialises writers of one chain until the transaction ends, and says where the chain stands: one round trip, because
-- each statement of a volatile function sees what was committed before it began, hence also while the lock was awaited.
-- The shared lock is the one that a change of the log's key takes whole (src/ledger/store-keys.ts).
CREATE FUNCTION lock_chain(chain uuid, key_chain uuid)
RETURNS TABLE (seq int, leaf_hash bytea, version int, wrapped bytea, keyid text, clock timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7308895159), pg_advisory_xact_lock(hashtextextended(chain::text, 0));
  RETURN QUERY
    SELECT last.seq, last.leaf_hash, subject_key.version, subject_key.wrapped,
      (SELECT log_key.keyid FROM log_key ORDER BY ordinal DESC LIMIT 1), clock_timestamp()
    FROM (SELECT 1) AS one
    LEFT JOIN LATERAL
      (SELECT event.seq, event.leaf_hash FROM event WHERE subject = chain ORDER BY event.seq DESC LIMIT 1) AS last ON true
    LEFT JOIN subject_key ON subject_key.subject = key_chain;
END $$;
