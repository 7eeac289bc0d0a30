-- After the booking: what may be moved, cancelled and given back, who is told, the customer's page,
-- the waiting list, feeds of calendars, and what is forgotten.

-- -- the terms of a service --

ALTER TABLE kf.service
    -- What goes back when the customer cancels: of the tiers [{"hours", "percent"}] the one with the most
    -- hours that are still left before the start; fewer hours than all of them: nothing.
    ADD COLUMN cancel_tiers jsonb NOT NULL DEFAULT '[{"hours": 24, "percent": 100}]'
        CHECK (jsonb_typeof(cancel_tiers) = 'array' AND jsonb_array_length(cancel_tiers) <= 5),
    -- A deposit (not the whole price) follows the tiers, or is kept.
    ADD COLUMN deposit_rule text NOT NULL DEFAULT 'tiers' CHECK (deposit_rule IN ('tiers', 'kept')),
    ADD COLUMN no_show_rule text NOT NULL DEFAULT 'keep' CHECK (no_show_rule IN ('keep', 'refund')),
    -- The customer may move until so many hours before the start, so many times (0: never).
    ADD COLUMN move_until_hours int NOT NULL DEFAULT 12 CHECK (move_until_hours BETWEEN 0 AND 720),
    ADD COLUMN move_most int NOT NULL DEFAULT 2 CHECK (move_most BETWEEN 0 AND 20),
    -- Where it takes place, and what to know before coming.
    ADD COLUMN place text NOT NULL DEFAULT '' CHECK (length(place) <= 300),
    ADD COLUMN map_url text CHECK (length(map_url) <= 500),
    ADD COLUMN instructions text NOT NULL DEFAULT '' CHECK (length(instructions) <= 2000);

ALTER TABLE kf.tenant
    -- Hours after its end until a booking that nobody marked counts as completed; null: never.
    ADD COLUMN complete_after_hours int DEFAULT 48 CHECK (complete_after_hours BETWEEN 1 AND 720),
    -- Days after its end until a booking's personal data is erased; null: kept.
    ADD COLUMN retention_days int CHECK (retention_days BETWEEN 30 AND 3650),
    -- Which mails go out ({"kind": bool}; what is not named is as in kf.mail_kind) and what the merchant
    -- adds to them ({"kind": {"es": text, "en": text}}).
    ADD COLUMN mails jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(mails) = 'object'),
    ADD COLUMN mail_notes jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(mail_notes) = 'object'),
    ADD COLUMN mail_reply_to text CHECK (length(mail_reply_to) BETWEEN 3 AND 254);

-- -- the booking --

ALTER TABLE kf.booking
    ADD COLUMN sequence int NOT NULL DEFAULT 0,         -- of its iCalendar object (RFC 5545)
    ADD COLUMN moves int NOT NULL DEFAULT 0,            -- by the customer
    ADD COLUMN reminders boolean NOT NULL DEFAULT true, -- the customer wants them
    ADD COLUMN erased_at timestamptz;                   -- without personal data since then
CREATE INDEX booking_unmarked ON kf.booking (slot_end) WHERE status IN ('paid', 'confirmed');
CREATE INDEX booking_customer ON kf.booking (tenant_id, lower(customer_email));
CREATE INDEX booking_retained ON kf.booking (tenant_id, slot_end) WHERE erased_at IS NULL;

-- What a row tells beyond the status: {"from_start", "from_end", "from_professional"} of a move.
ALTER TABLE kf.booking_history ADD COLUMN facts jsonb;

-- The customer's links. `view` may be used again and again, an act's link once.
CREATE TABLE kf.visit_token (
    tenant_id uuid NOT NULL,
    token_id uuid NOT NULL,
    booking_id uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('view', 'move', 'cancel', 'reminders')),
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (tenant_id, token_id),
    FOREIGN KEY (tenant_id, booking_id) REFERENCES kf.booking
);
CREATE UNIQUE INDEX visit_token_hash ON kf.visit_token (token_hash);
CREATE INDEX visit_token_booking ON kf.visit_token (tenant_id, booking_id, purpose);
CREATE INDEX visit_token_over ON kf.visit_token (expires_at);

-- -- money that goes back in part --

-- When a refund that the provider would make a second time was asked for: never again, then.
ALTER TABLE kf.refund ADD COLUMN asked_at timestamptz;

-- Of an applied payment: what is on its way back, and what has arrived.
ALTER TABLE kf.payment
    ADD COLUMN returning_cents bigint NOT NULL DEFAULT 0 CHECK (returning_cents >= 0),
    ADD COLUMN returned_cents bigint NOT NULL DEFAULT 0 CHECK (returned_cents >= 0),
    ADD CONSTRAINT payment_parts CHECK (returning_cents + returned_cents <= approved_cents
        AND (state = 'applied' OR returning_cents + returned_cents = 0));
CREATE OR REPLACE VIEW kf.ledger WITH (security_invoker = true) AS
SELECT tenant_id, currency,
       sum(approved_cents)::bigint AS approved,
       coalesce(sum(approved_cents - returning_cents - returned_cents) FILTER (WHERE state = 'applied'), 0)::bigint
           AS applied,
       coalesce(sum(approved_cents) FILTER (WHERE state = 'credit'), 0)::bigint AS credit,
       (coalesce(sum(approved_cents) FILTER (WHERE state = 'refund_due'), 0) + sum(returning_cents))::bigint AS refund_due,
       (coalesce(sum(approved_cents) FILTER (WHERE state = 'refunded'), 0) + sum(returned_cents))::bigint AS refunded
FROM kf.payment
GROUP BY tenant_id, currency;

-- Functions that take or give more now: with their old arguments they would be others.
DROP FUNCTION IF EXISTS kf.booking_cancel(uuid, uuid, text, text);
DROP FUNCTION IF EXISTS kf.booking_move(kf.booking, text, text, text);
DROP FUNCTION IF EXISTS kf.outbox_put(kf.booking, text, uuid);
DROP FUNCTION IF EXISTS kf.payment_give_back(kf.payment, kf.booking, text);
DROP FUNCTION IF EXISTS kf.calendar_judge(uuid, uuid, timestamptz, timestamptz, timestamptz);
DROP FUNCTION IF EXISTS kf.calendar_check(uuid, uuid, timestamptz, timestamptz, timestamptz);
DROP FUNCTION IF EXISTS kf.busy_with_calendar(uuid, uuid, timestamptz, timestamptz, timestamptz);
DROP FUNCTION IF EXISTS kf.work_refunds(int, int);
DROP FUNCTION IF EXISTS kf.hold_read(uuid, bytea);
DROP FUNCTION IF EXISTS kf.booking_read(uuid, uuid, bytea);
DROP FUNCTION IF EXISTS kf.full_days(uuid, uuid, timestamptz, timestamptz);
DROP FUNCTION IF EXISTS kf.work_mails(int, int);
DROP FUNCTION IF EXISTS kf.mail_result(uuid, uuid, text, text, int);

-- -- mails about bookings --

ALTER TABLE kf.mail
    ADD COLUMN booking_id uuid,
    ADD COLUMN key text CHECK (length(key) BETWEEN 1 AND 200), -- once only: kind, booking, version or start
    ADD COLUMN useful_until timestamptz,                        -- later it is not sent any more; null: always useful
    ADD COLUMN message_id text,                                 -- by which channel and name it went
    DROP CONSTRAINT mail_kind_check,
    ADD CONSTRAINT mail_kind_check CHECK (kind ~ '^[a-z][a-z0-9_]*$'),
    DROP CONSTRAINT mail_state_check,
    ADD CONSTRAINT mail_state_check CHECK (state IN ('due', 'sending', 'sent', 'dead', 'skipped')),
    ADD FOREIGN KEY (tenant_id, booking_id) REFERENCES kf.booking;
CREATE UNIQUE INDEX mail_key ON kf.mail (tenant_id, key) WHERE key IS NOT NULL;
CREATE INDEX mail_booking ON kf.mail (tenant_id, booking_id) WHERE booking_id IS NOT NULL;
CREATE INDEX mail_first ON kf.mail (next_attempt_at) WHERE state IN ('due', 'sending') AND booking_id IS NULL;
CREATE INDEX mail_dead ON kf.mail (tenant_id, created_at) WHERE state = 'dead';
CREATE INDEX mail_useful ON kf.mail (useful_until) WHERE state IN ('due', 'sending');
CREATE INDEX mail_address ON kf.mail (tenant_id, lower(to_address));

-- A server of the merchant's own, instead of the operator's.
CREATE TABLE kf.mail_channel (
    tenant_id uuid PRIMARY KEY REFERENCES kf.tenant,
    kind text NOT NULL CHECK (kind IN ('smtp', 'resend')),
    host text CHECK (length(host) <= 253),
    port int CHECK (port BETWEEN 1 AND 65535),
    security text CHECK (security IN ('starttls', 'tls')),
    username text NOT NULL DEFAULT '' CHECK (length(username) <= 254),
    secret_sealed text,      -- the password, or the API key
    from_name text NOT NULL DEFAULT '' CHECK (length(from_name) <= 100),
    from_address text NOT NULL CHECK (length(from_address) BETWEEN 3 AND 254),
    active boolean NOT NULL DEFAULT true,
    tested_at timestamptz,
    test_result text,
    updated_at timestamptz NOT NULL,
    version int NOT NULL DEFAULT 1,
    CHECK (kind <> 'smtp' OR (host IS NOT NULL AND port IS NOT NULL AND security IS NOT NULL))
);

-- One row for each booking, kind and start: what makes a reminder go out once.
CREATE TABLE kf.reminder (
    tenant_id uuid NOT NULL,
    booking_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('reminder_24h', 'reminder_1h')),
    starts_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'sent', 'skipped', 'dropped')),
    settled_at timestamptz,
    PRIMARY KEY (tenant_id, booking_id, kind, starts_at),
    FOREIGN KEY (tenant_id, booking_id) REFERENCES kf.booking
);
CREATE INDEX reminder_due ON kf.reminder (due_at) WHERE state = 'due';
CREATE INDEX reminder_settled ON kf.reminder (starts_at) WHERE state <> 'due';

-- -- the waiting list --

CREATE TABLE kf.waiting (
    tenant_id uuid NOT NULL,
    waiting_id uuid NOT NULL,
    link_id uuid NOT NULL,
    service_id uuid NOT NULL,
    professional_id uuid,  -- null: any
    day date NOT NULL,     -- in the tenant's zone
    name text NOT NULL CHECK (length(name) BETWEEN 2 AND 100),
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    language text NOT NULL CHECK (language IN ('es', 'en')),
    customer_zone text NOT NULL,
    -- waiting, offered (a time is kept for them), taken, left (by themselves), over (the day is)
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'offered', 'taken', 'left', 'over')),
    created_at timestamptz NOT NULL,
    claim_id uuid,         -- of the offer
    offered_until timestamptz,
    offers int NOT NULL DEFAULT 0,
    leave_hash bytea CHECK (octet_length(leave_hash) = 32),
    offer_hash bytea CHECK (octet_length(offer_hash) = 32),
    PRIMARY KEY (tenant_id, waiting_id),
    FOREIGN KEY (tenant_id, link_id) REFERENCES kf.booking_link,
    FOREIGN KEY (tenant_id, service_id) REFERENCES kf.service,
    FOREIGN KEY (tenant_id, professional_id) REFERENCES kf.professional,
    FOREIGN KEY (tenant_id, claim_id) REFERENCES kf.claim
);
CREATE UNIQUE INDEX waiting_once ON kf.waiting
    (tenant_id, service_id, (coalesce(professional_id, '00000000-0000-0000-0000-000000000000')), day, lower(email))
    WHERE state IN ('waiting', 'offered');
CREATE INDEX waiting_line ON kf.waiting (tenant_id, day, created_at) WHERE state = 'waiting';
CREATE INDEX waiting_offer ON kf.waiting (offered_until) WHERE state = 'offered';
CREATE INDEX waiting_over ON kf.waiting (day) WHERE state = 'waiting';
CREATE INDEX waiting_ended ON kf.waiting (day) WHERE state IN ('taken', 'left', 'over');
CREATE INDEX waiting_email ON kf.waiting (tenant_id, lower(email));
CREATE INDEX waiting_day ON kf.waiting (tenant_id, day);
CREATE UNIQUE INDEX waiting_leave ON kf.waiting (leave_hash) WHERE leave_hash IS NOT NULL;
CREATE UNIQUE INDEX waiting_take ON kf.waiting (offer_hash) WHERE offer_hash IS NOT NULL;

-- Times that came free, to be offered to who waits.
CREATE TABLE kf.freed (
    tenant_id uuid NOT NULL,
    freed_id uuid NOT NULL,
    professional_id uuid NOT NULL,
    slot_start timestamptz NOT NULL,
    slot_end timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, freed_id),
    FOREIGN KEY (tenant_id, professional_id) REFERENCES kf.professional
);
CREATE INDEX freed_age ON kf.freed (created_at);

-- -- feeds --

-- A professional's bookings for calendars that only subscribe. One at a time; only its hash is kept.
CREATE TABLE kf.feed (
    tenant_id uuid NOT NULL,
    feed_id uuid NOT NULL,
    professional_id uuid NOT NULL,
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    created_at timestamptz NOT NULL,
    read_at timestamptz,
    revoked_at timestamptz,
    PRIMARY KEY (tenant_id, feed_id),
    FOREIGN KEY (tenant_id, professional_id) REFERENCES kf.professional
);
CREATE UNIQUE INDEX feed_token ON kf.feed (token_hash);
CREATE UNIQUE INDEX feed_live ON kf.feed (tenant_id, professional_id) WHERE revoked_at IS NULL;

-- -- what is forgotten --

-- What a provider told of a payment, found again by the payment.
CREATE INDEX webhook_event_reference ON kf.webhook_event (tenant_id, reference);
