-- Sends a mail once more, with the tries from their start. One with a link has lost its secret when
-- it was sent or given up: the reader asks for a new one.
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
    ELSIF m.kind IN ('verify', 'reset', 'invite') AND m.secret_sealed IS NULL THEN
        PERFORM kf.refuse('KF409', 'The link of this mail is gone: a new one has to be asked for');
    END IF;
    UPDATE kf.mail x SET state = 'due', attempts = 0, next_attempt_at = kf.now(), lease_until = NULL,
           sent_at = NULL
    WHERE x.tenant_id = p_tenant AND x.mail_id = p_mail;
END
$$;
