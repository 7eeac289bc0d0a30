-- Writes a line of the audit log for the actor (kf.actor_set; none: the system itself).
CREATE OR REPLACE FUNCTION kf.audit_put(p_tenant uuid, p_action text, p_type text, p_id text, p_name text,
                                        p_before jsonb DEFAULT NULL, p_after jsonb DEFAULT NULL) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    a jsonb := coalesce(NULLIF(current_setting('kf.actor', true), ''), '{}')::jsonb;
BEGIN
    INSERT INTO kf.audit (tenant_id, at, actor_kind, actor_id, actor_name, action, object_type, object_id,
                          object_name, before, after, ip, request_id)
    VALUES (p_tenant, kf.now(), coalesce(a->>'kind', 'system'), (a->>'id')::uuid, coalesce(a->>'name', ''), p_action,
            p_type, coalesce(p_id, ''), coalesce(p_name, ''), p_before, p_after, coalesce(a->>'ip', ''),
            coalesce(a->>'request_id', ''));
END
$$;
