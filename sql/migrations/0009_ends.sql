-- outside a transaction
-- What is forgotten when it has had its time, found by that.

CREATE INDEX CONCURRENTLY IF NOT EXISTS webhook_event_over ON kf.webhook_event (processed_at) WHERE processed_at IS NOT NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS mail_over ON kf.mail ((greatest(useful_until, sent_at, created_at))) WHERE state IN ('sent', 'skipped', 'dead');
CREATE INDEX CONCURRENTLY IF NOT EXISTS outbox_over ON kf.outbox ((coalesce(done_at, created_at))) WHERE state IN ('done', 'dead');
-- The unique index of booking, event and version begins with the same columns.
DROP INDEX CONCURRENTLY IF EXISTS kf.outbox_booking;
