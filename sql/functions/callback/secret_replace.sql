-- Replaces a sealed text by the newly sealed one; false: it has changed since it was read.
CREATE OR REPLACE FUNCTION kf.secret_replace(p_tenant uuid, p_what text, p_ref text, p_old text, p_new text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    CASE p_what
    WHEN 'private_key' THEN
        UPDATE kf.payment_account a SET private_key_sealed = p_new
        WHERE a.tenant_id = p_tenant AND a.provider || '/' || a.mode = p_ref AND a.private_key_sealed = p_old;
    WHEN 'integrity_secret' THEN
        UPDATE kf.payment_account a SET integrity_secret_sealed = p_new
        WHERE a.tenant_id = p_tenant AND a.provider || '/' || a.mode = p_ref AND a.integrity_secret_sealed = p_old;
    WHEN 'events_secret' THEN
        UPDATE kf.payment_account a SET events_secret_sealed = p_new
        WHERE a.tenant_id = p_tenant AND a.provider || '/' || a.mode = p_ref AND a.events_secret_sealed = p_old;
    WHEN 'callback_secret' THEN
        UPDATE kf.callback_secret s SET sealed = p_new
        WHERE s.tenant_id = p_tenant AND s.secret_id::text = p_ref AND s.sealed = p_old;
    WHEN 'totp' THEN
        UPDATE kf.staff s SET totp_sealed = p_new
        WHERE s.tenant_id = p_tenant AND s.staff_id::text = p_ref AND s.totp_sealed = p_old;
    WHEN 'mail' THEN
        UPDATE kf.mail m SET secret_sealed = p_new
        WHERE m.tenant_id = p_tenant AND m.mail_id::text = p_ref AND m.secret_sealed = p_old;
    WHEN 'calendar_verifier' THEN
        UPDATE kf.calendar_grant g SET verifier_sealed = p_new
        WHERE g.tenant_id = p_tenant AND g.grant_id::text = p_ref AND g.verifier_sealed = p_old;
    WHEN 'calendar_tokens' THEN
        UPDATE kf.calendar_grant g SET tokens_sealed = p_new
        WHERE g.tenant_id = p_tenant AND g.grant_id::text = p_ref AND g.tokens_sealed = p_old;
    WHEN 'calendar_refresh' THEN
        UPDATE kf.calendar_connection c SET refresh_token_sealed = p_new
        WHERE c.tenant_id = p_tenant AND c.connection_id::text = p_ref AND c.refresh_token_sealed = p_old;
    WHEN 'calendar_access' THEN
        UPDATE kf.calendar_connection c SET access_token_sealed = p_new
        WHERE c.tenant_id = p_tenant AND c.connection_id::text = p_ref AND c.access_token_sealed = p_old;
    WHEN 'mail_channel' THEN
        UPDATE kf.mail_channel c SET secret_sealed = p_new
        WHERE c.tenant_id = p_tenant AND p_ref = 'secret' AND c.secret_sealed = p_old;
    END CASE;
    RETURN FOUND;
END
$$;
