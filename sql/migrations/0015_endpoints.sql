-- outside a transaction
-- The addresses of a merchant's systems: each has its choice of events, its secrets and its health. The first one has
-- the tenant's id and is a copy of the tenant's callback_url (kf.callback_first), as long as servers that know of one
-- address only may be there; rows without an endpoint_id are its.
CREATE TABLE IF NOT EXISTS kf.callback_endpoint (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    endpoint_id uuid NOT NULL,
    name text NOT NULL DEFAULT '' CHECK (length(name) <= 60),
    url text NOT NULL,
    events text[] NOT NULL DEFAULT ARRAY['booking.paid', 'booking.rescheduled', 'booking.cancelled', 'payment.refund_due', 'refund.succeeded'],
    form text NOT NULL DEFAULT 'full' CHECK (form IN ('full', 'thin')),
    disabled_at timestamptz,
    disabled_reason text,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, endpoint_id)
);
ALTER TABLE kf.callback_secret ADD COLUMN IF NOT EXISTS endpoint_id uuid;
ALTER TABLE kf.outbox ADD COLUMN IF NOT EXISTS endpoint_id uuid;
-- What the caller of the API adds to a booking for its own use: {"name": "text"}.
ALTER TABLE kf.booking ADD COLUMN IF NOT EXISTS metadata jsonb;
-- A message is told once to each address, and addresses take turns.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS outbox_once ON kf.outbox (tenant_id, booking_id, event, version, (coalesce(endpoint_id, tenant_id)));
ALTER TABLE kf.outbox DROP CONSTRAINT IF EXISTS outbox_tenant_id_booking_id_event_version_key;
CREATE INDEX CONCURRENTLY IF NOT EXISTS outbox_turn ON kf.outbox (tenant_id, (coalesce(endpoint_id, tenant_id)), next_attempt_at) WHERE state IN ('due', 'sending');
DROP INDEX CONCURRENTLY IF EXISTS kf.outbox_due;
