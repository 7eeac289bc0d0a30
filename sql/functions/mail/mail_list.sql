-- Mails for the operator, newest first. p_state null: all. p_after: the last mail id of the previous page, or null.
CREATE OR REPLACE FUNCTION kf.mail_list(p_tenant uuid, p_state text, p_limit int, p_after uuid)
RETURNS TABLE (mail_id uuid, doc jsonb)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    RETURN QUERY
    SELECT m.mail_id, jsonb_build_object(
        'id', m.mail_id, 'kind', m.kind, 'to', m.to_address, 'language', m.language, 'state', m.state,
        'attempts', m.attempts, 'last_error', m.last_error, 'created_at', kf.iso(m.created_at),
        'next_attempt_at', CASE WHEN m.state IN ('due', 'sending') THEN kf.iso(m.next_attempt_at) END,
        'sent_at', kf.iso(m.sent_at))
    FROM kf.mail m
    WHERE m.tenant_id = p_tenant AND (p_state IS NULL OR m.state = p_state)
      AND (p_after IS NULL OR (m.created_at, m.mail_id) <
           (SELECT x.created_at, x.mail_id FROM kf.mail x
            WHERE x.tenant_id = p_tenant AND x.mail_id = p_after))
    ORDER BY m.created_at DESC, m.mail_id DESC
    LIMIT p_limit;
END
$$;
