-- Every call to a model: answered, failed, or answered again from the record. Totals are sums over these rows.

CREATE TABLE llm_call (
  id uuid PRIMARY KEY,
  key text NOT NULL,
  endpoint text NOT NULL,
  endpoint_identity jsonb NOT NULL,
  model text NOT NULL,
  purpose text NOT NULL,
  subject text,
  state text NOT NULL CHECK (state IN ('answered', 'failed', 'reused')),
  answered_by uuid,
  request jsonb,
  reply jsonb,
  error jsonb,
  attempts int NOT NULL,
  latency_ms double precision NOT NULL,
  prompt_tokens bigint,
  completion_tokens bigint,
  cost double precision,
  started_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL,
  CHECK ((state = 'reused') = (answered_by IS NOT NULL)),
  CHECK ((state = 'answered') = (reply IS NOT NULL)),
  CHECK ((state = 'failed') = (error IS NOT NULL))
);
CREATE INDEX llm_call_answer ON llm_call (key) WHERE state = 'answered';
CREATE INDEX llm_call_subject ON llm_call (purpose, subject);
SELECT make_append_only('llm_call');
