-- Sends a mail again, with all its attempts. A mail with a link lost its secret when it was sent or given up; its
-- reader must ask for a new one.
CREATE OR REPLACE FUNCTION kf.mail_resend(p_tenant uuid, p_mail uuid) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    m kf.mail;
BEGIN
    SELECT x.* INTO m FROM kf.mail x WHERE x.tenant_id = p_tenant AND x.mail_id = p_mail FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such mail');
    ELSIF m.state = 'sending' AND m.lease_until > kf.now() THEN
        PERFORM kf.refuse('KF409', 'This mail is being sent');
    ELSIF m.secret_sealed IS NULL AND kf.mail_has_link(m.kind) THEN
        PERFORM kf.refuse('KF409', 'The link of this mail is gone: request a new one');
    END IF;
    UPDATE kf.mail x SET state = 'due', attempts = 0, next_attempt_at = kf.now(), lease_until = NULL,
           sent_at = NULL
    WHERE x.tenant_id = p_tenant AND x.mail_id = p_mail;
END
$$;

-- The same for all mails given up in p_days, of one business or (p_tenant null) of all. Excludes mails whose link is
-- dead, tests, and mails to erased customers. The worker skips mails that are useless by now. Returns their number.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.mails_resend_dead(p_tenant uuid, p_days int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_count int;
BEGIN
    UPDATE kf.mail x SET state = 'due', attempts = 0, next_attempt_at = kf.now(), lease_until = NULL
    WHERE x.state = 'dead' AND x.created_at > kf.now() - make_interval(days => p_days)
      AND (p_tenant IS NULL OR x.tenant_id = p_tenant)
      AND x.kind <> 'channel_test' AND x.to_address <> 'erased@erased.invalid'
      AND (x.secret_sealed IS NOT NULL OR NOT kf.mail_has_link(x.kind));
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;
REVOKE ALL ON FUNCTION kf.mails_resend_dead FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.mails_resend_dead TO konfirmado_app, konfirmado_owner;
RESET ROLE;
