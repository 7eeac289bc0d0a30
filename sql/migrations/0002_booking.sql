-- Taken time, bookings and their history.

-- A professional's taken time, holds and bookings alike. starts_at and ends_at include the
-- buffers, slot_start and slot_end are what the customer sees. A live row whose expires_at
-- has passed guards nothing any more: whoever wants the time ends it first.
CREATE TABLE kf.claim (
    tenant_id uuid NOT NULL,
    claim_id uuid NOT NULL,
    professional_id uuid NOT NULL,
    service_id uuid NOT NULL,
    link_id uuid,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    slot_start timestamptz NOT NULL,
    slot_end timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('held', 'pending', 'booked', 'ended')),
    expires_at timestamptz,
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    price_cents bigint NOT NULL,
    charge_cents bigint NOT NULL CHECK (charge_cents BETWEEN 0 AND price_cents),
    currency text NOT NULL,
    customer_zone text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, claim_id),
    FOREIGN KEY (tenant_id, professional_id) REFERENCES kf.professional,
    FOREIGN KEY (tenant_id, service_id) REFERENCES kf.service,
    FOREIGN KEY (tenant_id, link_id) REFERENCES kf.booking_link,
    CHECK (starts_at <= slot_start AND slot_start < slot_end AND slot_end <= ends_at),
    -- Readers look back exactly this far for a claim that reaches into their range.
    CHECK (ends_at - starts_at <= interval '24 hours'),
    CHECK (expires_at IS NOT NULL OR state IN ('booked', 'ended')),
    -- The law of the house. Its condition means the same as that of claim_busy, but is written
    -- so that the planner does not see it: for reading, this index is the wrong one.
    CONSTRAINT claim_no_overlap EXCLUDE USING gist (
        tenant_id WITH =, professional_id WITH =, tstzrange(starts_at, ends_at) WITH &&
    ) WHERE ((state = 'ended') IS NOT TRUE)
);
CREATE INDEX claim_busy ON kf.claim (tenant_id, professional_id, starts_at)
    INCLUDE (ends_at, expires_at) WHERE state IN ('held', 'pending', 'booked');
CREATE INDEX claim_expiring ON kf.claim (expires_at) WHERE state = 'held';
-- A random hash tells nothing across tenants, and it is how the platform host finds the tenant.
CREATE UNIQUE INDEX claim_token ON kf.claim (token_hash);

CREATE TABLE kf.booking_transition (
    from_status text NOT NULL,
    to_status text NOT NULL,
    PRIMARY KEY (from_status, to_status)
);
INSERT INTO kf.booking_transition VALUES
    ('pending', 'paid'), ('pending', 'confirmed'), ('pending', 'failed'),
    ('pending', 'expired'), ('pending', 'cancelled'),
    -- money that came after the hold's end, the time still free
    ('failed', 'paid'), ('failed', 'confirmed'), ('expired', 'paid'), ('expired', 'confirmed'),
    ('paid', 'confirmed'), ('paid', 'cancelled'), ('confirmed', 'cancelled'),
    ('paid', 'completed'), ('paid', 'no_show'),
    ('confirmed', 'completed'), ('confirmed', 'no_show'),
    ('completed', 'no_show'), ('no_show', 'completed');

CREATE TABLE kf.booking (
    tenant_id uuid NOT NULL,
    booking_id uuid NOT NULL,
    claim_id uuid NOT NULL,
    service_id uuid NOT NULL,
    professional_id uuid NOT NULL,
    link_id uuid,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'paid', 'confirmed',
        'failed', 'expired', 'cancelled', 'completed', 'no_show')),
    version int NOT NULL DEFAULT 1,
    customer_name text NOT NULL CHECK (length(customer_name) BETWEEN 2 AND 100),
    customer_email text NOT NULL CHECK (length(customer_email) BETWEEN 3 AND 254),
    customer_phone text NOT NULL CHECK (length(customer_phone) <= 20),
    notes text NOT NULL DEFAULT '' CHECK (length(notes) <= 1000),
    accepted_terms_at timestamptz NOT NULL,
    language text NOT NULL CHECK (language IN ('es', 'en')),
    customer_zone text NOT NULL,
    slot_start timestamptz NOT NULL,
    slot_end timestamptz NOT NULL,
    hold_expires_at timestamptz NOT NULL,
    price_cents bigint NOT NULL,
    charge_cents bigint NOT NULL CHECK (charge_cents BETWEEN 0 AND price_cents),
    currency text NOT NULL,
    terms jsonb NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, booking_id),
    UNIQUE (tenant_id, claim_id),
    UNIQUE (tenant_id, token_hash),
    FOREIGN KEY (tenant_id, claim_id) REFERENCES kf.claim,
    FOREIGN KEY (tenant_id, service_id) REFERENCES kf.service,
    FOREIGN KEY (tenant_id, professional_id) REFERENCES kf.professional,
    FOREIGN KEY (tenant_id, link_id) REFERENCES kf.booking_link
);
CREATE INDEX booking_pending ON kf.booking (hold_expires_at) WHERE status = 'pending';
CREATE INDEX booking_by_id ON kf.booking (booking_id);
CREATE INDEX booking_start ON kf.booking (tenant_id, slot_start);

CREATE TABLE kf.booking_history (
    tenant_id uuid NOT NULL,
    booking_id uuid NOT NULL,
    version int NOT NULL,
    from_status text,
    to_status text NOT NULL,
    actor text NOT NULL,
    reason text NOT NULL DEFAULT '',
    at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, booking_id, version),
    FOREIGN KEY (tenant_id, booking_id) REFERENCES kf.booking
);

-- Answers given under an Idempotency-Key, kept for a day.
CREATE TABLE kf.idempotency (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    route text NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    request_hash bytea NOT NULL,
    status int NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, route, key)
);
CREATE INDEX idempotency_age ON kf.idempotency (created_at);
