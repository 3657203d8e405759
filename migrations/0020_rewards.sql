-- A completion can be judged by several: by what gives the reward, by a held-out judge that only watches, and canaries
-- (completions known to be bad) are judged to see whether the judge can still tell. Each judgment is kept as it was made.
ALTER TABLE reward_judgment
  ADD COLUMN role text NOT NULL DEFAULT 'reward' CHECK (role IN ('reward', 'held-out', 'canary')),
  -- what the prompt asks: harmful, benign, or any other kind of question; absent where the engine did not say
  ADD COLUMN kind text,
  -- true for a full refusal; absent where nothing could tell
  ADD COLUMN refused boolean,
  -- false where the completion is not a whole reasoning trace with an answer
  ADD COLUMN well_formed boolean,
  -- what the rules found before any judge was asked: codes such as empty, repeated, master-key, addresses-judge
  ADD COLUMN flags jsonb NOT NULL DEFAULT '[]',
  -- per member of a jury and per criterion: score, prompt's digest, raw reply's call, judge's version
  ADD COLUMN detail jsonb NOT NULL DEFAULT '{}',
  DROP CONSTRAINT reward_judgment_pkey,
  ADD PRIMARY KEY (run_id, sample_id, role);
CREATE INDEX reward_judgment_step ON reward_judgment (run_id, step);

-- A run names its judge by a definition; the run of a reward model was the only kind before.
UPDATE training_run SET input = (input - 'rewardFrom')
    || jsonb_build_object('reward', jsonb_build_object('kind', 'reward-model', 'run', input->>'rewardFrom',
         'heldOutShare', 0.25, 'formatGate', false, 'stopOnCanary', false))
  WHERE jsonb_exists(input, 'rewardFrom');
