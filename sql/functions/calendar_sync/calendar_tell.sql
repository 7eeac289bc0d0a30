-- Mails the merchant's owners about trouble with a professional's calendar.
CREATE OR REPLACE FUNCTION kf.calendar_tell(c kf.calendar_connection, p_kind text, p_reason text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM kf.mail_put(c.tenant_id, gen_random_uuid(), p_kind, s.email, s.name, s.language,
                        jsonb_build_object('professional', f.name, 'professional_id', f.professional_id,
                                           'provider', c.provider, 'account_email', c.account_email,
                                           'reason', coalesce(p_reason, '')), NULL)
    FROM kf.staff s
    JOIN kf.professional f ON f.tenant_id = s.tenant_id AND f.professional_id = c.professional_id
    WHERE s.tenant_id = c.tenant_id AND s.role = 'owner' AND s.state = 'active';
    UPDATE kf.calendar_connection x SET told_at = kf.now()
    WHERE x.tenant_id = c.tenant_id AND x.connection_id = c.connection_id;
END
$$;
