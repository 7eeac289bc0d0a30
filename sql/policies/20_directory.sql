-- The directory looks across tenants, for the few functions that must: which tenant a host,
-- a link or a hook belongs to, and which work is due. It owns nothing else.
SET client_min_messages = warning;
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['tenant', 'booking_link', 'payment_account', 'callback_secret',
                             'claim', 'booking', 'booking_history', 'payment_attempt', 'payment',
                             'refund', 'webhook_event', 'outbox', 'idempotency',
                             'staff', 'session', 'api_key', 'token', 'mail', 'upload', 'funnel_event',
                             'daily_figure', 'audit']
    LOOP
        EXECUTE format('DROP POLICY IF EXISTS directory ON kf.%I', t);
        EXECUTE format('CREATE POLICY directory ON kf.%I TO konfirmado_directory'
                       ' USING (true) WITH CHECK (true)', t);
        EXECUTE format('GRANT SELECT ON kf.%I TO konfirmado_directory', t);
    END LOOP;
END
$$;
RESET client_min_messages;
GRANT SELECT ON kf.booking_transition, kf.migration, kf.meta, kf.zone_name TO konfirmado_directory;
GRANT UPDATE ON kf.payment_attempt, kf.refund, kf.webhook_event, kf.outbox, kf.claim, kf.booking
    TO konfirmado_directory;
GRANT INSERT ON kf.booking_history TO konfirmado_directory;
GRANT UPDATE ON kf.mail, kf.session TO konfirmado_directory;
GRANT UPDATE (last_used_at) ON kf.api_key TO konfirmado_directory;
GRANT INSERT, UPDATE ON kf.daily_figure TO konfirmado_directory;
-- Tries are counted for people of all tenants and of none.
GRANT SELECT, INSERT, UPDATE, DELETE ON kf.auth_try TO konfirmado_directory;
GRANT DELETE ON kf.idempotency, kf.funnel_event TO konfirmado_directory;
