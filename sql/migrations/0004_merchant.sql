-- The merchant's side: who may come in, what they changed, mails, uploads, figures.

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA kf;
CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA kf;

-- -- edits: a version for If-Match, and archiving --

ALTER TABLE kf.tenant ADD COLUMN version int NOT NULL DEFAULT 1;
ALTER TABLE kf.service ADD COLUMN version int NOT NULL DEFAULT 1, ADD COLUMN archived_at timestamptz;
ALTER TABLE kf.professional ADD COLUMN version int NOT NULL DEFAULT 1, ADD COLUMN archived_at timestamptz,
    ADD COLUMN email text CHECK (length(email) BETWEEN 3 AND 254);
ALTER TABLE kf.booking_link ADD COLUMN version int NOT NULL DEFAULT 1;
ALTER TABLE kf.payment_account ADD COLUMN tested_at timestamptz, ADD COLUMN test_result text;
ALTER TABLE kf.refund ADD COLUMN note text NOT NULL DEFAULT '' CHECK (length(note) <= 1000);

-- -- people --

-- A person of the merchant. One address is one person, of one business: an address that came in
-- twice could not say which one it means.
CREATE TABLE kf.staff (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    staff_id uuid NOT NULL,
    email text NOT NULL CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
    name text NOT NULL DEFAULT '' CHECK (length(name) <= 100),
    role text NOT NULL CHECK (role IN ('owner', 'staff')),
    -- invited: has no password yet; unverified: registered, the mail not yet followed
    state text NOT NULL CHECK (state IN ('invited', 'unverified', 'active', 'disabled')),
    language text NOT NULL DEFAULT 'es' CHECK (language IN ('es', 'en')),
    password_hash text,
    password_changed_at timestamptz,
    totp_sealed text,
    totp_enabled_at timestamptz,
    totp_last_step bigint,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    last_login_at timestamptz,
    PRIMARY KEY (tenant_id, staff_id),
    CHECK (state IN ('invited', 'disabled') OR password_hash IS NOT NULL)
);
CREATE UNIQUE INDEX staff_email ON kf.staff (email);

-- Single-use codes for when the second factor is lost.
CREATE TABLE kf.recovery_code (
    tenant_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    code_hash bytea NOT NULL CHECK (octet_length(code_hash) = 32),
    used_at timestamptz,
    PRIMARY KEY (tenant_id, staff_id, code_hash),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES kf.staff
);

-- Sign-ins. Only a hash of the cookie's value is kept.
CREATE TABLE kf.session (
    tenant_id uuid NOT NULL,
    session_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    ip text NOT NULL DEFAULT '',
    user_agent text NOT NULL DEFAULT '' CHECK (length(user_agent) <= 300),
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (tenant_id, session_id),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES kf.staff
);
CREATE UNIQUE INDEX session_token ON kf.session (token_hash);
CREATE INDEX session_staff ON kf.session (tenant_id, staff_id) WHERE ended_at IS NULL;

CREATE TABLE kf.api_key (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    key_id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    hint text NOT NULL CHECK (length(hint) BETWEEN 4 AND 16), -- its first characters, to tell keys apart
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    scopes text[] NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    PRIMARY KEY (tenant_id, key_id),
    FOREIGN KEY (tenant_id, created_by) REFERENCES kf.staff
);
CREATE UNIQUE INDEX api_key_token ON kf.api_key (token_hash);

-- Links of mails: for one purpose, once, for a while.
CREATE TABLE kf.token (
    tenant_id uuid NOT NULL,
    token_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('verify', 'reset', 'invite')),
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (tenant_id, token_id),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES kf.staff
);
CREATE UNIQUE INDEX token_hash ON kf.token (token_hash);
CREATE INDEX token_staff ON kf.token (tenant_id, staff_id, purpose) WHERE used_at IS NULL;

-- Tries of sign-ins and of what sends mail, counted for an address of the net and for an account
-- alike, known or not. `subject` is a keyed hash: it tells nobody who was tried.
CREATE TABLE kf.auth_try (
    subject bytea NOT NULL CHECK (octet_length(subject) = 32),
    at timestamptz NOT NULL,
    n int NOT NULL,
    PRIMARY KEY (subject, at)
);
CREATE INDEX auth_try_age ON kf.auth_try (at);

-- -- what was changed --

CREATE TABLE kf.audit (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    audit_id bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('staff', 'api_key', 'operator', 'system')),
    actor_id uuid,
    actor_name text NOT NULL DEFAULT '',
    action text NOT NULL CHECK (action ~ '^[a-z_]+$'),
    object_type text NOT NULL DEFAULT '',
    object_id text NOT NULL DEFAULT '',
    object_name text NOT NULL DEFAULT '',
    before jsonb,
    after jsonb,
    ip text NOT NULL DEFAULT '',
    request_id text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, audit_id)
);
CREATE INDEX audit_page ON kf.audit (tenant_id, at DESC, audit_id DESC);
CREATE INDEX audit_object ON kf.audit (tenant_id, object_type, object_id, at DESC, audit_id DESC);
CREATE INDEX audit_action ON kf.audit (tenant_id, action, at DESC, audit_id DESC);
CREATE INDEX audit_actor ON kf.audit (tenant_id, actor_id, at DESC, audit_id DESC) WHERE actor_id IS NOT NULL;

-- -- mails --

-- To be sent, and what became of it. `secret_sealed` holds what only the reader may see (the link's
-- token); it is gone once the mail was sent or given up.
CREATE TABLE kf.mail (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    mail_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind ~ '^[a-z_]+$'),
    to_address text NOT NULL CHECK (length(to_address) BETWEEN 3 AND 254),
    to_name text NOT NULL DEFAULT '',
    language text NOT NULL CHECK (language IN ('es', 'en')),
    facts jsonb NOT NULL DEFAULT '{}',
    secret_sealed text,
    state text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'sending', 'sent', 'dead')),
    attempts int NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    lease_until timestamptz,
    last_error text,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    PRIMARY KEY (tenant_id, mail_id)
);
CREATE INDEX mail_due ON kf.mail (next_attempt_at) WHERE state IN ('due', 'sending');

-- -- pictures --

CREATE TABLE kf.upload (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    upload_id uuid NOT NULL,
    name text NOT NULL CHECK (name ~ '^[A-Za-z0-9_-]{20,64}\.(png|svg)$'), -- of the URL: cannot be guessed
    kind text NOT NULL CHECK (kind IN ('logo', 'photo', 'image')),
    media_type text NOT NULL CHECK (media_type IN ('image/png', 'image/svg+xml')),
    size int NOT NULL CHECK (size BETWEEN 1 AND 2097152),
    bytes bytea,  -- null: in the operator's folder
    created_by uuid,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, upload_id)
);
CREATE UNIQUE INDEX upload_name ON kf.upload (name);

-- -- figures --

-- Steps of customers, as they happen; rolled up by day and forgotten.
CREATE TABLE kf.funnel_event (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    event_id bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL,
    step text NOT NULL CHECK (step IN ('service_selected', 'slot_selected', 'details_entered',
        'payment_initiated', 'payment_approved')),
    n int NOT NULL DEFAULT 1 CHECK (n >= 1),
    PRIMARY KEY (tenant_id, event_id)
);
CREATE INDEX funnel_event_age ON kf.funnel_event (at);

CREATE TABLE kf.daily_figure (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    day date NOT NULL,  -- of the tenant's zone
    measure text NOT NULL CHECK (measure ~ '^[a-z_]+$'),
    value bigint NOT NULL,
    PRIMARY KEY (tenant_id, day, measure)
);

-- -- bookings as the merchant looks for them --

-- Who made a booking: the customer, or somebody of the merchant.
ALTER TABLE kf.booking ADD COLUMN source text NOT NULL DEFAULT 'link' CHECK (source IN ('link', 'manual'));
-- What kf.search_fold makes of the three: without case and accents, a blank before every word.
ALTER TABLE kf.booking ADD COLUMN search text GENERATED ALWAYS AS
    (translate(lower(' ' || customer_name || ' ' || customer_email || ' ' || customer_phone),
               'áàâäãåéèêëíìîïóòôöõúùûüñç', 'aaaaaaeeeeiiiiooooouuuunc')) STORED;
-- Whether a name is rare or frequent decides how it is looked for.
ALTER TABLE kf.booking ALTER COLUMN search SET STATISTICS 1000;
-- Nobody asked the customer of a booking that the merchant made.
ALTER TABLE kf.booking ALTER COLUMN accepted_terms_at DROP NOT NULL;
ALTER TABLE kf.booking_history ADD COLUMN actor_name text NOT NULL DEFAULT '';
CREATE INDEX booking_search ON kf.booking USING gin (tenant_id, search kf.gin_trgm_ops);
CREATE INDEX booking_page ON kf.booking (tenant_id, slot_start DESC, booking_id DESC);
CREATE INDEX booking_page_status ON kf.booking (tenant_id, status, slot_start DESC, booking_id DESC);
CREATE INDEX booking_page_professional ON kf.booking (tenant_id, professional_id, slot_start DESC, booking_id DESC);
CREATE INDEX booking_page_service ON kf.booking (tenant_id, service_id, slot_start DESC, booking_id DESC);
CREATE INDEX booking_created ON kf.booking (tenant_id, created_at);
CREATE INDEX booking_link_booked ON kf.booking (tenant_id, link_id)
    WHERE link_id IS NOT NULL AND status IN ('paid', 'confirmed', 'completed', 'no_show');
DROP INDEX kf.booking_start;

-- -- messages, and money that waits for somebody --

-- A test message is about no booking.
ALTER TABLE kf.outbox ALTER COLUMN booking_id DROP NOT NULL,
    ADD CHECK (booking_id IS NOT NULL OR event = 'callback.test');
CREATE INDEX outbox_page ON kf.outbox (tenant_id, created_at DESC, message_id DESC);
CREATE INDEX outbox_dead ON kf.outbox (tenant_id, created_at DESC, message_id DESC) WHERE state = 'dead';
CREATE INDEX outbox_booking ON kf.outbox (tenant_id, booking_id);
CREATE INDEX callback_attempt_at ON kf.callback_attempt (tenant_id, at) INCLUDE (latency_ms, status);
CREATE INDEX refund_page ON kf.refund (tenant_id, created_at DESC, refund_id DESC);
CREATE INDEX refund_open ON kf.refund (tenant_id, created_at DESC, refund_id DESC) WHERE state <> 'done';
-- Money set aside stays a credit; that somebody has seen to it is written here.
ALTER TABLE kf.payment ADD COLUMN resolved_at timestamptz,
    ADD COLUMN note text NOT NULL DEFAULT '' CHECK (length(note) <= 1000);
CREATE INDEX payment_quarantine ON kf.payment (tenant_id, created_at DESC, payment_id DESC)
    WHERE quarantine_reason IS NOT NULL;
CREATE INDEX payment_created ON kf.payment (tenant_id, created_at);
