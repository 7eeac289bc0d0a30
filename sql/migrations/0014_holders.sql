-- outside a transaction
-- Who keeps how many times without paying: keyed hashes of the address and the network that a hold came from. The key is
-- not in the database, so nobody who reads it learns an address.
-- A hold is short until somebody comes to the details: then it lasts until full_until.
ALTER TABLE kf.claim ADD COLUMN IF NOT EXISTS holder_address bigint, ADD COLUMN IF NOT EXISTS holder_network bigint,
    ADD COLUMN IF NOT EXISTS full_until timestamptz;
CREATE INDEX CONCURRENTLY IF NOT EXISTS claim_holder ON kf.claim (tenant_id, holder_network, holder_address)
    INCLUDE (expires_at) WHERE state IN ('held', 'pending') AND holder_network IS NOT NULL;
-- The same day of two zones is two days.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS waiting_each ON kf.waiting
    (tenant_id, service_id, (coalesce(professional_id, '00000000-0000-0000-0000-000000000000')), day, customer_zone, lower(email))
    WHERE state IN ('waiting', 'offered');
DROP INDEX CONCURRENTLY IF EXISTS kf.waiting_once;
