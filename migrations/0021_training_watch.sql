-- Alarms of stop rules on training runs, and who went on in spite of one.

CREATE TABLE training_alarm (
  run_id uuid NOT NULL REFERENCES training_run (id),
  -- the rule as text, such as kl>10:5
  rule text NOT NULL,
  -- the step at which its condition had held often enough
  step int NOT NULL,
  metric text NOT NULL,
  -- what was compared with the limit: the figure over the rule's window, or the share of it that was not measured
  value double precision NOT NULL,
  limit_value double precision NOT NULL,
  window_steps int NOT NULL,
  action text NOT NULL CHECK (action IN ('warn', 'stop')),
  raised_at timestamptz NOT NULL,
  PRIMARY KEY (run_id, rule, step)
);
SELECT make_append_only('training_alarm');

CREATE TABLE training_alarm_acknowledgement (
  run_id uuid NOT NULL,
  rule text NOT NULL,
  step int NOT NULL,
  reason text NOT NULL,
  acknowledged_by text NOT NULL,
  acknowledged_at timestamptz NOT NULL,
  PRIMARY KEY (run_id, rule, step),
  FOREIGN KEY (run_id, rule, step) REFERENCES training_alarm (run_id, rule, step)
);
SELECT make_append_only('training_alarm_acknowledgement');

-- Pages ask for the steps behind the last one they know, every two seconds.
CREATE INDEX training_event_log_step ON training_event (run_id, ((body ->> 'step')::int)) WHERE type = 'log';
-- Samples of one prompt at different steps are shown side by side.
CREATE INDEX reward_judgment_group ON reward_judgment (run_id, group_key);
