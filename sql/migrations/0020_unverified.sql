-- outside a transaction
-- A place in the waiting list takes no turn before its address is verified by a link. Who asked for it: keyed hashes, as of
-- a hold.
ALTER TABLE kf.waiting ADD COLUMN IF NOT EXISTS joined_address bigint, ADD COLUMN IF NOT EXISTS joined_network bigint;
ALTER TABLE kf.waiting DROP CONSTRAINT IF EXISTS waiting_state_check;
ALTER TABLE kf.waiting ADD CONSTRAINT waiting_state_check
    CHECK (state IN ('unverified', 'waiting', 'offered', 'taken', 'left', 'over')) NOT VALID;
ALTER TABLE kf.waiting VALIDATE CONSTRAINT waiting_state_check;
CREATE INDEX CONCURRENTLY IF NOT EXISTS waiting_unverified ON kf.waiting (created_at) WHERE state = 'unverified';
CREATE INDEX CONCURRENTLY IF NOT EXISTS waiting_joined ON kf.waiting (tenant_id, joined_network, joined_address)
    INCLUDE (created_at) WHERE joined_network IS NOT NULL;
-- What is unverified is not asked for twice either.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS waiting_place ON kf.waiting
    (tenant_id, service_id, (coalesce(professional_id, '00000000-0000-0000-0000-000000000000')), day, customer_zone, lower(email))
    WHERE state IN ('unverified', 'waiting', 'offered');
DROP INDEX CONCURRENTLY IF EXISTS kf.waiting_each;
-- A time that was kept for somebody who let it go by is everybody's: the line is told of it, and it is kept for nobody.
ALTER TABLE kf.freed ADD COLUMN IF NOT EXISTS open boolean NOT NULL DEFAULT false;
