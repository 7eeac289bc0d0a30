-- What keeps the mails of a business: how many have failed so far or wait for more than five minutes,
-- since when and why, and how many were given up in the last seven days.
CREATE OR REPLACE FUNCTION kf.mail_trouble(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_now timestamptz := kf.now();
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'waiting', count(*) FILTER (WHERE q.state <> 'dead'),
            'oldest', kf.iso_local(min(q.created_at) FILTER (WHERE q.state <> 'dead'), v_zone),
            'last_error', (array_agg(q.last_error ORDER BY q.created_at DESC, q.mail_id DESC)
                           FILTER (WHERE q.last_error IS NOT NULL))[1],
            'dead', count(*) FILTER (WHERE q.state = 'dead'))
        FROM (SELECT m.* FROM kf.mail m
              WHERE m.tenant_id = p_tenant AND m.state IN ('due', 'sending') AND coalesce(m.useful_until > v_now, true)
                AND (m.attempts > 0 OR m.created_at < v_now - interval '5 minutes')
              UNION ALL
              SELECT m.* FROM kf.mail m
              WHERE m.tenant_id = p_tenant AND m.state = 'dead' AND m.created_at > v_now - interval '7 days') q
        WHERE q.kind <> 'channel_test');
END
$$;
