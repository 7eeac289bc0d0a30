-- The link of a verification brings the registration that it was made for: {business, language, password_hash}.
-- Null in links that were made before.
ALTER TABLE kf.token ADD COLUMN registration jsonb;

-- An address belongs to whoever has a password with it. An invitation takes no address: any number of businesses
-- may invite one, whether it has an account or not.
DROP INDEX kf.staff_email;
CREATE UNIQUE INDEX staff_email ON kf.staff (email) WHERE password_hash IS NOT NULL;
CREATE UNIQUE INDEX staff_member ON kf.staff (tenant_id, email);

-- Links that somebody asked for without a sign-in. A row is written for every address that is typed, so that the
-- answer takes the same work whether the address has an account or not: without one, tenant_id and staff_id are
-- nobody's. Background work makes the mail and takes the row away.
CREATE TABLE kf.link_ask (
    tenant_id uuid NOT NULL,
    mail_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('verify', 'reset')),
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    secret_sealed text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, mail_id)
);
CREATE INDEX link_ask_age ON kf.link_ask (created_at);
