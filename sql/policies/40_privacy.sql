-- The eraser takes personal data out of what is kept: of bookings and all that tells of them, and of
-- the audit log the names, never a line. It sees one tenant at a time, as the application does; only
-- which of them keep data for a while it is told of all.
GRANT USAGE, CREATE ON SCHEMA kf TO konfirmado_privacy;
DO $$
BEGIN
    PERFORM kf.policy_put('kf.tenant', 'privacy', 'FOR SELECT TO konfirmado_privacy USING ((retention_days IS NOT NULL))');
END
$$;
GRANT SELECT ON kf.tenant, kf.booking, kf.booking_history, kf.claim, kf.payment, kf.payment_attempt, kf.refund,
    kf.webhook_event, kf.outbox, kf.callback_attempt, kf.mail, kf.audit, kf.staff, kf.visit_token,
    kf.reminder, kf.waiting, kf.calendar_event, kf.calendar_connection TO konfirmado_privacy;
GRANT UPDATE (customer_name, customer_email, customer_phone, notes, customer_zone, token_hash, reminders, erased_at,
              version, updated_at) ON kf.booking TO konfirmado_privacy;
GRANT UPDATE (metadata, return_url) ON kf.booking TO konfirmado_privacy;
GRANT UPDATE (reason) ON kf.booking_history TO konfirmado_privacy;
GRANT UPDATE (token_hash, customer_zone, state) ON kf.claim TO konfirmado_privacy;
GRANT UPDATE (note) ON kf.payment TO konfirmado_privacy;
GRANT UPDATE (last_error, checkout_url) ON kf.payment_attempt TO konfirmado_privacy;
GRANT UPDATE (note, last_error) ON kf.refund TO konfirmado_privacy;
GRANT UPDATE (body) ON kf.webhook_event TO konfirmado_privacy;
GRANT UPDATE (facts, body) ON kf.outbox TO konfirmado_privacy;
GRANT UPDATE (answer, error) ON kf.callback_attempt TO konfirmado_privacy;
GRANT UPDATE (to_address, to_name, facts, secret_sealed, state, last_error, lease_until) ON kf.mail TO konfirmado_privacy;
GRANT UPDATE (object_name, before, after), INSERT ON kf.audit TO konfirmado_privacy;
GRANT UPDATE (state, settled_at) ON kf.reminder TO konfirmado_privacy;
GRANT UPDATE (wanted, wanted_version, event_id, state, attempts, next_attempt_at, error) ON kf.calendar_event
    TO konfirmado_privacy;
GRANT UPDATE (claim_id) ON kf.waiting TO konfirmado_privacy; -- (a right to update is what locking takes)
GRANT DELETE ON kf.waiting, kf.visit_token TO konfirmado_privacy;
