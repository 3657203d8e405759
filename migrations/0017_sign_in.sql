-- Sign-in: sessions, passwords, passkeys, one-time codes, and what limits guessing. The people stay in `account`.

-- True when an administrator gave the address; only then may an identity provider's e-mail lead to the account.
ALTER TABLE account ADD COLUMN email_confirmed boolean NOT NULL DEFAULT false;

ALTER TABLE account_token ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE account_token ADD COLUMN scope text NOT NULL DEFAULT 'write';
ALTER TABLE account_token ADD COLUMN last_used_at timestamptz;
CREATE UNIQUE INDEX account_token_id ON account_token (id);
CREATE INDEX account_token_account ON account_token (account_id);

CREATE TABLE auth_session (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES account (id),
  token text NOT NULL UNIQUE,
  user_agent text,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX auth_session_user ON auth_session (user_id);

-- A password (provider "credential"), or the subject that an identity provider knows the person by.
CREATE TABLE auth_account (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES account (id),
  provider_id text NOT NULL,
  account_id text NOT NULL,
  issuer text,
  password text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (provider_id, account_id)
);
CREATE INDEX auth_account_user ON auth_account (user_id);

CREATE TABLE auth_passkey (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES account (id),
  name text,
  public_key text NOT NULL,
  credential_id text NOT NULL UNIQUE,
  counter bigint NOT NULL,
  device_type text NOT NULL,
  backed_up boolean NOT NULL,
  transports text,
  aaguid text,
  created_at timestamptz
);
CREATE INDEX auth_passkey_user ON auth_passkey (user_id);

-- What a ceremony under way has to match: challenges of passkeys, states of an identity provider's redirect.
CREATE TABLE auth_verification (
  id text PRIMARY KEY,
  identifier text NOT NULL,
  value text NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX auth_verification_identifier ON auth_verification (identifier);

-- Links that work once: sign-in, setup of the first administrator, invitation. Only the hash of the code is kept.
CREATE TABLE sign_in_code (
  sha256 text PRIMARY KEY,
  purpose text NOT NULL,
  account_id text REFERENCES account (id),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_code_account ON sign_in_code (account_id, purpose);

-- Attempts that failed, by the hash of the name tried and of the address they came from.
CREATE TABLE sign_in_attempt (
  key text PRIMARY KEY,
  failures int NOT NULL,
  last_at timestamptz NOT NULL,
  blocked_until timestamptz NOT NULL
);

-- A challenge that a passkey signs over one content's digest; used once.
CREATE TABLE signature_challenge (
  challenge text PRIMARY KEY,
  account_id text NOT NULL REFERENCES account (id),
  digest text NOT NULL,
  rp_id text NOT NULL,
  origin text NOT NULL,
  expires_at timestamptz NOT NULL
);
