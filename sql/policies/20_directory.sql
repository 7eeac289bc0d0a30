-- The directory looks across tenants, for the few functions that must: which tenant a host,
-- a link or a hook belongs to, and which work is due. It owns nothing else.
SET client_min_messages = warning;
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['tenant', 'booking_link', 'payment_account', 'callback_secret',
                             'claim', 'booking', 'booking_history', 'payment_attempt', 'payment',
                             'refund', 'webhook_event', 'outbox', 'callback_attempt', 'idempotency',
                             'staff', 'session', 'api_key', 'token', 'mail', 'upload', 'funnel_event',
                             'daily_figure', 'audit', 'service', 'professional', 'professional_service',
                             'calendar_invitation', 'calendar_grant', 'calendar_connection', 'calendar_source',
                             'calendar_channel', 'calendar_busy', 'calendar_event', 'calendar_conflict',
                             'visit_token', 'mail_channel', 'reminder', 'waiting', 'freed', 'feed']
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
-- Signs of life of workers.
GRANT INSERT, UPDATE (value), DELETE ON kf.meta TO konfirmado_directory;
GRANT UPDATE ON kf.payment_attempt, kf.refund, kf.webhook_event, kf.outbox, kf.claim, kf.booking
    TO konfirmado_directory;
GRANT UPDATE ON kf.calendar_grant, kf.calendar_connection, kf.calendar_source, kf.calendar_channel, kf.calendar_busy,
    kf.calendar_event, kf.calendar_conflict TO konfirmado_directory;
GRANT UPDATE (used_at), DELETE ON kf.calendar_invitation TO konfirmado_directory;
GRANT DELETE ON kf.calendar_grant, kf.calendar_channel TO konfirmado_directory;
GRANT INSERT ON kf.booking_history TO konfirmado_directory;
-- What was never paid gives back its use of a link, which then shows times again.
GRANT UPDATE (uses) ON kf.booking_link TO konfirmado_directory;
GRANT UPDATE (catalog_version) ON kf.tenant TO konfirmado_directory;
GRANT UPDATE, DELETE ON kf.reminder, kf.waiting, kf.freed, kf.visit_token TO konfirmado_directory;
GRANT INSERT ON kf.mail, kf.reminder, kf.freed TO konfirmado_directory;
GRANT UPDATE (read_at) ON kf.feed TO konfirmado_directory;
GRANT UPDATE ON kf.mail, kf.session TO konfirmado_directory;
GRANT UPDATE (last_used_at) ON kf.api_key TO konfirmado_directory;
GRANT INSERT, UPDATE ON kf.daily_figure TO konfirmado_directory;
-- Tries are counted for people of all tenants and of none.
GRANT SELECT, INSERT, UPDATE, DELETE ON kf.auth_try TO konfirmado_directory;
GRANT DELETE ON kf.idempotency, kf.funnel_event, kf.session, kf.token, kf.upload TO konfirmado_directory;
-- What was told and dealt with a while ago.
GRANT DELETE ON kf.webhook_event, kf.outbox, kf.callback_attempt TO konfirmado_directory;
GRANT UPDATE (used_at) ON kf.token TO konfirmado_directory;
GRANT UPDATE (checked_at, unused_since) ON kf.upload TO konfirmado_directory;
-- A registration that nobody confirmed leaves nothing. (A right to update is what locking takes.)
GRANT UPDATE (version) ON kf.staff TO konfirmado_directory;
GRANT DELETE ON kf.tenant, kf.staff, kf.mail, kf.audit TO konfirmado_directory;
-- Of any other business people, mails that are still to be sent and the audit log stay, whatever a function may
-- say; and with people the business, which they refer to.
SET client_min_messages = warning;
DO $$
DECLARE
    t text;
    v_rule text := '(EXISTS (SELECT FROM kf.staff s WHERE s.tenant_id = %1$I.tenant_id)'
                   ' AND NOT EXISTS (SELECT FROM kf.staff s WHERE s.tenant_id = %1$I.tenant_id AND s.state <> ''unverified''))';
BEGIN
    FOREACH t IN ARRAY ARRAY['audit', 'mail']
    LOOP
        EXECUTE format('DROP POLICY IF EXISTS unconfirmed ON kf.%I', t);
        EXECUTE format('CREATE POLICY unconfirmed ON kf.%1$I AS RESTRICTIVE FOR DELETE TO konfirmado_directory USING ('
                       || CASE t WHEN 'mail' THEN 'state IN (''sent'', ''skipped'', ''dead'') OR ' ELSE '' END || v_rule || ')', t);
    END LOOP;
END
$$;
DROP POLICY IF EXISTS unconfirmed ON kf.staff;
CREATE POLICY unconfirmed ON kf.staff AS RESTRICTIVE FOR DELETE TO konfirmado_directory USING (state = 'unverified');
-- Nor does anything go that is still to be dealt with.
DROP POLICY IF EXISTS over ON kf.webhook_event;
CREATE POLICY over ON kf.webhook_event AS RESTRICTIVE FOR DELETE TO konfirmado_directory USING (processed_at IS NOT NULL);
DROP POLICY IF EXISTS over ON kf.outbox;
CREATE POLICY over ON kf.outbox AS RESTRICTIVE FOR DELETE TO konfirmado_directory USING (state IN ('done', 'dead'));
RESET client_min_messages;
