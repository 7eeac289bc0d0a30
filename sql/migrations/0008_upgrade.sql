-- What each file of functions has made, so that the next run of migrate applies only those that differ.

CREATE TABLE kf.function_file (
    path text PRIMARY KEY,      -- "functions/health.sql"
    digest text NOT NULL,       -- SHA-256 of its bytes, hex
    functions oid[] NOT NULL,   -- what it has made
    state text NOT NULL         -- a digest of those as the catalogue had them then
);

-- Servers of version 7 want their own number and no other, from the first of these transactions on.
CREATE OR REPLACE FUNCTION kf.health()
RETURNS TABLE (schema_version int, now timestamptz, test_clock boolean)
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY SELECT 7, kf.now(),
        coalesce((SELECT x.value = 'true' FROM kf.meta x WHERE x.key = 'test_clock'), false);
END
$$;

-- Policies need each table for a moment: here, where nothing that takes long is done beside them.
CREATE POLICY backup ON kf.api_key FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.audit FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.booking FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.booking_history FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.booking_link FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.calendar_busy FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.calendar_channel FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.calendar_conflict FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.calendar_connection FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.calendar_event FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.calendar_grant FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.calendar_invitation FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.calendar_source FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.callback_attempt FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.callback_secret FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.claim FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.closed_day FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.daily_figure FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.date_override FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.feed FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.freed FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.funnel_event FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.idempotency FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.mail FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.mail_channel FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.outbox FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.payment FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.payment_account FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.payment_attempt FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.professional FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.professional_service FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.recovery_code FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.refund FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.reminder FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.service FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.session FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.staff FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.tenant FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.token FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.upload FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.visit_token FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.waiting FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.webhook_event FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY backup ON kf.working_hours FOR SELECT TO konfirmado_backup USING (true);
CREATE POLICY directory ON kf.callback_attempt TO konfirmado_directory USING (true) WITH CHECK (true);
CREATE POLICY over ON kf.webhook_event AS RESTRICTIVE FOR DELETE TO konfirmado_directory USING (processed_at IS NOT NULL);
CREATE POLICY over ON kf.outbox AS RESTRICTIVE FOR DELETE TO konfirmado_directory USING (state IN ('done', 'dead'));
DROP POLICY IF EXISTS unconfirmed ON kf.mail;
CREATE POLICY unconfirmed ON kf.mail AS RESTRICTIVE FOR DELETE TO konfirmado_directory
    USING (state IN ('sent', 'skipped', 'dead')
           OR EXISTS (SELECT FROM kf.staff s WHERE s.tenant_id = mail.tenant_id)
              AND NOT EXISTS (SELECT FROM kf.staff s WHERE s.tenant_id = mail.tenant_id AND s.state <> 'unverified'));
