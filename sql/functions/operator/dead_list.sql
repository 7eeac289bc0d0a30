-- Messages and mails given up in seven days, of all tenants, newest first, for the operator. No addresses are included.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.dead_list(p_limit int)
RETURNS TABLE (doc jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp SET jit = off
AS $$
    SELECT jsonb_build_object(
        'tenant', t.subdomain, 'tenant_id', x.tenant_id, 'queue', x.queue, 'id', x.id, 'kind', x.kind,
        'booking', x.booking_id, 'attempts', x.attempts, 'created_at', kf.iso(x.created_at))
    FROM (
        SELECT o.tenant_id, 'callbacks' AS queue, o.message_id AS id, o.event AS kind, o.booking_id, o.attempts,
               o.created_at
        FROM kf.outbox o WHERE o.state = 'dead' AND o.created_at > kf.now() - interval '7 days'
        UNION ALL
        SELECT m.tenant_id, 'mails', m.mail_id::text, m.kind, m.booking_id, m.attempts, m.created_at
        FROM kf.mail m WHERE m.state = 'dead' AND m.created_at > kf.now() - interval '7 days') x
    JOIN kf.tenant t USING (tenant_id)
    ORDER BY x.created_at DESC, x.id DESC LIMIT p_limit
$$;
REVOKE ALL ON FUNCTION kf.dead_list FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.dead_list TO konfirmado_app, konfirmado_owner;
RESET ROLE;
