-- Payment attempts, payments, refunds, provider events, and the messages to merchants.

-- What we sent the payer to. Append-only but for the columns of the poller.
CREATE TABLE kf.payment_attempt (
    tenant_id uuid NOT NULL,
    attempt_id uuid NOT NULL,
    booking_id uuid NOT NULL,
    n int NOT NULL,
    provider text NOT NULL,
    mode text NOT NULL CHECK (mode IN ('test', 'production')),
    reference text NOT NULL CHECK (length(reference) <= 64),
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    currency text NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
    tx_hint text CHECK (length(tx_hint) <= 64),
    hint_at timestamptz,
    polls int NOT NULL DEFAULT 0,
    next_poll_at timestamptz NOT NULL,
    polled_at timestamptz,
    lease_until timestamptz,
    last_error text,
    PRIMARY KEY (tenant_id, attempt_id),
    UNIQUE (tenant_id, provider, reference),
    UNIQUE (tenant_id, booking_id, n),
    FOREIGN KEY (tenant_id, booking_id) REFERENCES kf.booking,
    FOREIGN KEY (tenant_id, provider, mode) REFERENCES kf.payment_account
);
CREATE INDEX payment_attempt_due ON kf.payment_attempt (tenant_id, next_poll_at) WHERE state = 'open';

-- One row per transaction of a provider, as the provider told it last.
--   seen        nothing was ever approved
--   applied     the money pays its booking
--   credit      approved but fits no booking of ours: kept aside for a person
--   refund_due  approved, and must go back
--   refunded    went back
CREATE TABLE kf.payment (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    payment_id uuid NOT NULL,
    provider text NOT NULL,
    provider_tx_id text NOT NULL CHECK (length(provider_tx_id) BETWEEN 1 AND 64),
    attempt_id uuid,
    booking_id uuid,
    reference text NOT NULL,
    amount_cents bigint NOT NULL CHECK (amount_cents >= 0),
    currency text NOT NULL,
    method text NOT NULL DEFAULT '',
    can_void boolean NOT NULL DEFAULT false,
    status text NOT NULL CHECK (status IN ('PENDING', 'APPROVED', 'DECLINED', 'VOIDED', 'ERROR')),
    state text NOT NULL DEFAULT 'seen'
        CHECK (state IN ('seen', 'applied', 'credit', 'refund_due', 'refunded')),
    approved_cents bigint NOT NULL DEFAULT 0,
    quarantine_reason text,
    source text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, payment_id),
    UNIQUE (tenant_id, provider, provider_tx_id),
    FOREIGN KEY (tenant_id, attempt_id) REFERENCES kf.payment_attempt,
    FOREIGN KEY (tenant_id, booking_id) REFERENCES kf.booking,
    CHECK (state <> 'seen' OR approved_cents = 0),
    CHECK (state NOT IN ('applied') OR booking_id IS NOT NULL)
);
CREATE INDEX payment_booking ON kf.payment (tenant_id, booking_id, created_at);
-- Two approvals of one booking: one counts.
CREATE UNIQUE INDEX payment_applied_once ON kf.payment (tenant_id, booking_id) WHERE state = 'applied';

CREATE TABLE kf.refund (
    tenant_id uuid NOT NULL,
    refund_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    currency text NOT NULL,
    state text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'running', 'manual', 'done')),
    reason text NOT NULL,
    owner text NOT NULL DEFAULT 'provider' CHECK (owner IN ('provider', 'merchant')),
    due_at timestamptz NOT NULL,
    attempts int NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    lease_until timestamptz,
    provider_ref text,
    last_error text,
    created_at timestamptz NOT NULL,
    done_at timestamptz,
    PRIMARY KEY (tenant_id, refund_id),
    UNIQUE (tenant_id, payment_id),
    FOREIGN KEY (tenant_id, payment_id) REFERENCES kf.payment
);
CREATE INDEX refund_due ON kf.refund (tenant_id, next_attempt_at) WHERE state IN ('due', 'running');

CREATE TABLE kf.webhook_event (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    event_id uuid NOT NULL,
    provider text NOT NULL,
    dedupe_key text NOT NULL CHECK (length(dedupe_key) BETWEEN 1 AND 200),
    tx_id text NOT NULL,
    reference text NOT NULL,
    status text NOT NULL,
    body bytea NOT NULL CHECK (octet_length(body) <= 262144),
    received_at timestamptz NOT NULL,
    processed_at timestamptz,
    outcome text,
    attempts int NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    lease_until timestamptz,
    PRIMARY KEY (tenant_id, event_id),
    UNIQUE (tenant_id, provider, dedupe_key)
);
CREATE INDEX webhook_event_due ON kf.webhook_event (tenant_id, next_attempt_at) WHERE processed_at IS NULL;

-- Messages to the merchant's system, written with the change they tell of.
CREATE TABLE kf.outbox (
    tenant_id uuid NOT NULL,
    message_id text NOT NULL CHECK (message_id ~ '^msg_[0-9a-zA-Z]{16,60}$'),
    booking_id uuid NOT NULL,
    event text NOT NULL,
    version int NOT NULL,
    facts jsonb NOT NULL,
    body bytea,
    url text NOT NULL,
    state text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'sending', 'done', 'dead')),
    attempts int NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    lease_until timestamptz,
    created_at timestamptz NOT NULL,
    done_at timestamptz,
    PRIMARY KEY (tenant_id, message_id),
    UNIQUE (tenant_id, booking_id, event, version),
    FOREIGN KEY (tenant_id, booking_id) REFERENCES kf.booking
);
CREATE INDEX outbox_due ON kf.outbox (tenant_id, next_attempt_at) WHERE state IN ('due', 'sending');

CREATE TABLE kf.callback_attempt (
    tenant_id uuid NOT NULL,
    message_id text NOT NULL,
    n int NOT NULL,
    at timestamptz NOT NULL,
    status int,
    latency_ms int NOT NULL,
    remote_ip text,
    error text,
    answer bytea CHECK (octet_length(answer) <= 4096),
    PRIMARY KEY (tenant_id, message_id, n),
    FOREIGN KEY (tenant_id, message_id) REFERENCES kf.outbox
);

-- approved = applied + credit + refund_due + refunded, for every tenant at any moment.
CREATE VIEW kf.ledger WITH (security_invoker = true) AS
SELECT tenant_id, currency,
       sum(approved_cents)::bigint AS approved,
       coalesce(sum(approved_cents) FILTER (WHERE state = 'applied'), 0)::bigint AS applied,
       coalesce(sum(approved_cents) FILTER (WHERE state = 'credit'), 0)::bigint AS credit,
       coalesce(sum(approved_cents) FILTER (WHERE state = 'refund_due'), 0)::bigint AS refund_due,
       coalesce(sum(approved_cents) FILTER (WHERE state = 'refunded'), 0)::bigint AS refunded
FROM kf.payment
GROUP BY tenant_id, currency;
