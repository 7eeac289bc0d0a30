-- The directory looks across tenants, for the few functions that must: which tenant a host,
-- a link or a hook belongs to, and which work is due. It owns nothing else.
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
                             'visit_token', 'mail_channel', 'reminder', 'waiting', 'waiting_token', 'freed',
                             'feed', 'tenant_domain', 'callback_endpoint', 'mail_day', 'mail_recipient', 'mail_report',
                             'link_ask']
    LOOP
        PERFORM kf.policy_put(format('kf.%I', t)::regclass, 'directory',
                              'TO konfirmado_directory USING (true) WITH CHECK (true)');
        EXECUTE format('GRANT SELECT ON kf.%I TO konfirmado_directory', t);
    END LOOP;
END
$$;
GRANT SELECT ON kf.booking_transition, kf.migration, kf.meta, kf.zone_name TO konfirmado_directory;
-- Signs of life of workers.
GRANT INSERT, UPDATE (value), DELETE ON kf.meta TO konfirmado_directory;
GRANT UPDATE ON kf.payment_attempt, kf.refund, kf.webhook_event, kf.outbox, kf.claim, kf.booking
    TO konfirmado_directory;
GRANT UPDATE ON kf.calendar_grant, kf.calendar_connection, kf.calendar_source, kf.calendar_channel, kf.calendar_busy,
    kf.calendar_event, kf.calendar_conflict TO konfirmado_directory;
GRANT UPDATE (used_at), DELETE ON kf.calendar_invitation TO konfirmado_directory;
GRANT DELETE ON kf.calendar_grant, kf.calendar_channel TO konfirmado_directory;
GRANT INSERT ON kf.booking_history, kf.outbox TO konfirmado_directory;
GRANT INSERT ON kf.callback_endpoint TO konfirmado_directory;
-- What was never paid gives back its use of a link, which then shows times again.
GRANT UPDATE (uses) ON kf.booking_link TO konfirmado_directory;
GRANT UPDATE (catalog_version, custom_domain, version) ON kf.tenant TO konfirmado_directory;
-- A domain that is proven, or not any more, is told in the audit log.
GRANT INSERT ON kf.audit TO konfirmado_directory;
GRANT UPDATE ON kf.tenant_domain TO konfirmado_directory;
GRANT UPDATE, DELETE ON kf.reminder, kf.waiting, kf.freed, kf.visit_token TO konfirmado_directory;
GRANT INSERT ON kf.mail, kf.reminder, kf.freed TO konfirmado_directory;
GRANT UPDATE (read_at) ON kf.feed TO konfirmado_directory;
GRANT UPDATE ON kf.mail, kf.session TO konfirmado_directory;
GRANT UPDATE (last_used_at) ON kf.api_key TO konfirmado_directory;
GRANT INSERT, UPDATE ON kf.daily_figure TO konfirmado_directory;
-- Tries are counted for people of all tenants and of none.
GRANT SELECT, INSERT, UPDATE, DELETE ON kf.auth_try TO konfirmado_directory;
-- Mails are counted for businesses and for addresses, whoever writes to them; what stops a business's is seen across both.
GRANT SELECT, INSERT, UPDATE, DELETE ON kf.mail_hour, kf.free_address TO konfirmado_directory;
GRANT INSERT, UPDATE, DELETE ON kf.mail_day, kf.mail_recipient, kf.mail_report TO konfirmado_directory;
GRANT UPDATE (mail_stopped_at, mail_stopped_why) ON kf.tenant TO konfirmado_directory;
GRANT INSERT ON kf.audit TO konfirmado_directory;
GRANT DELETE ON kf.idempotency, kf.funnel_event, kf.session, kf.token, kf.upload TO konfirmado_directory;
-- What was told and dealt with a while ago, and times that are over.
GRANT DELETE ON kf.webhook_event, kf.outbox, kf.callback_attempt, kf.claim TO konfirmado_directory;
-- Links that somebody asked for without a sign-in.
GRANT UPDATE, DELETE ON kf.link_ask TO konfirmado_directory;
GRANT INSERT ON kf.token TO konfirmado_directory;
GRANT UPDATE (used_at) ON kf.token TO konfirmado_directory;
GRANT UPDATE (checked_at, unused_since) ON kf.upload TO konfirmado_directory;
-- A registration that nobody confirmed leaves nothing, nor does an invitation that nobody took. (A right to update is what locking takes.)
GRANT UPDATE (version) ON kf.staff TO konfirmado_directory;
GRANT DELETE ON kf.tenant, kf.staff, kf.mail, kf.audit TO konfirmado_directory;
-- Of any other business people, mails that are still to be sent and the audit log stay, whatever a function may
-- say; and with people the business, which they refer to. Nor does anything go that is still to be dealt with.
DO $$
DECLARE
    v_rule text := '((EXISTS ( SELECT FROM kf.staff s WHERE (s.tenant_id = %1$I.tenant_id)))'
                   ' AND (NOT (EXISTS ( SELECT FROM kf.staff s WHERE ((s.tenant_id = %1$I.tenant_id)'
                   ' AND (s.state <> ''unverified''::text))))))';
    v_delete text := 'AS RESTRICTIVE FOR DELETE TO konfirmado_directory USING (%s)';
BEGIN
    PERFORM kf.policy_put('kf.audit', 'unconfirmed', format(v_delete, format(v_rule, 'audit')));
    PERFORM kf.policy_put('kf.mail', 'unconfirmed', format(v_delete,
        format('((state = ANY (ARRAY[''sent''::text, ''skipped''::text, ''dead''::text])) OR ' || v_rule || ')', 'mail')));
    PERFORM kf.policy_put('kf.staff', 'unconfirmed', format(v_delete,
        '((state = ''unverified''::text) OR ((state = ''invited''::text) AND (password_hash IS NULL)))'));
    PERFORM kf.policy_put('kf.webhook_event', 'over', format(v_delete, '(processed_at IS NOT NULL)'));
    PERFORM kf.policy_put('kf.outbox', 'over', format(v_delete, '(state = ANY (ARRAY[''done''::text, ''dead''::text]))'));
    PERFORM kf.policy_put('kf.claim', 'over', format(v_delete, '(state = ''ended''::text)'));
END
$$;
