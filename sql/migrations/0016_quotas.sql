-- What a business may send before anybody knows it.

-- A business that registered by itself is not trusted until somebody paid it, or the operator says so: those that are
-- there already are, from now on.
ALTER TABLE kf.tenant
    ADD COLUMN trusted_at timestamptz DEFAULT pg_catalog.now(), -- the operator's word; null: it has to earn it (kf.quota_of)
    ADD COLUMN quotas jsonb,                  -- the operator's own numbers: {kind of kf.quota_of: a day}
    ADD COLUMN approval_asked_at timestamptz, -- it registered where the operator approves first
    ADD COLUMN mail_stopped_at timestamptz,   -- by bounces and reports, until the operator says otherwise
    ADD COLUMN mail_resumed_at timestamptz,   -- when the operator last said so: only what came later counts
    ADD COLUMN mail_stopped_why text;
ALTER TABLE kf.tenant ALTER COLUMN trusted_at DROP DEFAULT;

-- It takes one more now.
DROP FUNCTION IF EXISTS kf.tenant_register(uuid, text, text);

-- What a business sent to strangers on a day (of UTC), counted as its mails are taken to be sent.
CREATE TABLE kf.mail_day (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    day date NOT NULL,
    mails int NOT NULL DEFAULT 0,
    recipients int NOT NULL DEFAULT 0, -- of them, addresses that it had not written to in 30 days
    bounces int NOT NULL DEFAULT 0,    -- refused for good by the reader's server
    reports int NOT NULL DEFAULT 0,    -- whoever got one said that they had not asked for it
    PRIMARY KEY (tenant_id, day)
);

-- Whom a business that is not trusted has written to. `subject`: kf.mail_subject, which names nobody.
CREATE TABLE kf.mail_recipient (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    subject bytea NOT NULL CHECK (octet_length(subject) = 32),
    first_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, subject)
);
CREATE INDEX mail_recipient_age ON kf.mail_recipient (first_at);

-- Mails to one address in an hour, of whatever kind and business.
CREATE TABLE kf.mail_hour (
    subject bytea NOT NULL CHECK (octet_length(subject) = 32),
    hour timestamptz NOT NULL,
    n int NOT NULL,
    PRIMARY KEY (subject, hour)
);
CREATE INDEX mail_hour_age ON kf.mail_hour (hour);

-- Reports of mails that nobody asked for: each counts once.
CREATE TABLE kf.mail_report (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    mail_id uuid NOT NULL,
    subject bytea NOT NULL CHECK (octet_length(subject) = 32),
    kind text NOT NULL,
    reported_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, mail_id)
);

-- What the hashes of addresses and the links to report a mail are keyed with.
INSERT INTO kf.meta (key, value)
VALUES ('mail_key', replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));

CREATE POLICY backup ON kf.mail_day FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.mail_recipient FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.mail_report FOR SELECT TO konfirmado_backup USING (true);
