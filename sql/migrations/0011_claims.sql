-- outside a transaction
-- Times that were taken end with their time, found by that; their bookings stay.

CREATE INDEX CONCURRENTLY IF NOT EXISTS claim_over ON kf.claim (state, ends_at)
    WHERE state IN ('booked', 'ended') AND expires_at IS NULL;
-- Holds that have ended. One that something else refers to loses its expires_at.
CREATE INDEX CONCURRENTLY IF NOT EXISTS claim_unused ON kf.claim (expires_at) WHERE state = 'ended' AND expires_at IS NOT NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS waiting_claim ON kf.waiting (tenant_id, claim_id) WHERE claim_id IS NOT NULL;
-- Nobody takes away a time that counts.
DROP POLICY IF EXISTS over ON kf.claim;
CREATE POLICY over ON kf.claim AS RESTRICTIVE FOR DELETE TO konfirmado_directory USING (state = 'ended');
-- A booking outlives its claim. That no claim is two bookings' is held by the hash of its token, which they share.
ALTER TABLE kf.booking DROP CONSTRAINT IF EXISTS booking_tenant_id_claim_id_fkey,
    DROP CONSTRAINT IF EXISTS booking_tenant_id_claim_id_key;
-- lower() is not leakproof, so under row security no index is searched by it: of these only tenant_id was ever used.
DROP INDEX CONCURRENTLY IF EXISTS kf.booking_customer;
DROP INDEX CONCURRENTLY IF EXISTS kf.mail_address;
DROP INDEX CONCURRENTLY IF EXISTS kf.waiting_email;
