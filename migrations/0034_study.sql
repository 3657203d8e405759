-- Expert studies: a design, the responses that are compared, who rates what, and the ratings.

-- `design` holds the axes as well, so that its digest covers what raters go by.
CREATE TABLE study (
  id uuid PRIMARY KEY,
  design jsonb NOT NULL,
  digest text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL
);
SELECT make_append_only('study');

-- The steps of a study in their order: registered, opened (who rates what is fixed), closed (it is unblinded).
CREATE TABLE study_step (
  study_id uuid NOT NULL REFERENCES study (id),
  step text NOT NULL CHECK (step IN ('registered', 'opened', 'closed')),
  data jsonb NOT NULL,
  done_by text NOT NULL,
  done_at timestamptz NOT NULL,
  event_seq int NOT NULL,
  PRIMARY KEY (study_id, step)
);
SELECT make_append_only('study_step');

CREATE TABLE study_amendment (
  study_id uuid NOT NULL REFERENCES study (id),
  number int NOT NULL,
  reason text NOT NULL,
  change text NOT NULL,
  done_by text NOT NULL,
  done_at timestamptz NOT NULL,
  event_seq int NOT NULL,
  PRIMARY KEY (study_id, number)
);
SELECT make_append_only('study_amendment');

-- What one person or model of an arm answered to one vignette, as it came.
CREATE TABLE study_response (
  id uuid PRIMARY KEY,
  study_id uuid NOT NULL REFERENCES study (id),
  arm text NOT NULL,
  person int NOT NULL CHECK (person >= 1),
  vignette text NOT NULL,
  body text NOT NULL,
  author text,
  imported_by text NOT NULL,
  imported_at timestamptz NOT NULL,
  UNIQUE (study_id, arm, person, vignette)
);
SELECT make_append_only('study_response');

-- A response as one rater meets it: under an id of its own, at a place in that rater's order.
CREATE TABLE study_item (
  id uuid PRIMARY KEY,
  study_id uuid NOT NULL REFERENCES study (id),
  rater text NOT NULL,
  position int NOT NULL,
  response_id uuid NOT NULL REFERENCES study_response (id),
  UNIQUE (study_id, rater, position),
  UNIQUE (study_id, rater, response_id)
);
SELECT make_append_only('study_item');

-- A rating of the workbench has an item and a key, an imported one neither.
CREATE TABLE study_rating (
  study_id uuid NOT NULL REFERENCES study (id),
  response_id uuid NOT NULL REFERENCES study_response (id),
  rater text NOT NULL,
  item_id uuid UNIQUE REFERENCES study_item (id),
  key uuid,
  scores jsonb NOT NULL,
  note text,
  recognised boolean NOT NULL,
  seconds double precision,
  imported boolean NOT NULL,
  rated_at timestamptz NOT NULL,
  event_seq int NOT NULL,
  PRIMARY KEY (study_id, response_id, rater),
  UNIQUE (study_id, rater, key),
  CHECK (imported = (item_id IS NULL)),
  CHECK (imported = (key IS NULL))
);
SELECT make_append_only('study_rating');

-- What a rater took the source for, asked after that rater's last item.
CREATE TABLE study_guess (
  item_id uuid PRIMARY KEY REFERENCES study_item (id),
  guess text NOT NULL CHECK (guess IN ('model', 'person', 'unsure')),
  guessed_at timestamptz NOT NULL,
  event_seq int NOT NULL
);
SELECT make_append_only('study_guess');
