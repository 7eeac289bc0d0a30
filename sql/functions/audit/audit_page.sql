-- The audit log, newest first. {action, object_type, object_id, actor (an id, or a name as it was),
-- from, to (dates, both included)}.
CREATE OR REPLACE FUNCTION kf.audit_page(p_tenant uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_limit int := kf.page_limit(p);
    v_after text[] := kf.place_read(p, 'nn');
    v_from timestamptz := kf.zone_day_start(v_zone, kf.doc_day_or(p, 'from', NULL));
    v_to timestamptz := kf.zone_day_start(v_zone, kf.doc_day_or(p, 'to', NULL) + 1);
    v_actor text := kf.doc_text(p, 'actor', 1, 254, false);
    v_page jsonb;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['action', 'object_type', 'object_id', 'actor', 'from', 'to', 'after', 'limit']),
            kf.doc_match(p, 'action', '^[a-z_]{1,60}$', false), kf.doc_match(p, 'object_type', '^[a-z_]{1,60}$', false),
            kf.doc_text(p, 'object_id', 1, 100, false);
    -- The statement has only the given conditions, so that it is planned for them.
    EXECUTE 'SELECT kf.page_of(array_agg(kf.audit_doc(q.a, $3) ORDER BY q.n),
                array_agg(kf.place_of(kf.micros((q.a).at)::text, (q.a).audit_id::text) ORDER BY q.n), $2)
        FROM (SELECT a, row_number() OVER (ORDER BY a.at DESC, a.audit_id DESC) AS n FROM kf.audit a
              WHERE a.tenant_id = $1'
        || CASE WHEN p->>'action' IS NOT NULL THEN ' AND a.action = ($4->>''action'')' ELSE '' END
        || CASE WHEN p->>'object_type' IS NOT NULL THEN ' AND a.object_type = ($4->>''object_type'')' ELSE '' END
        || CASE WHEN p->>'object_id' IS NOT NULL THEN ' AND a.object_id = ($4->>''object_id'')' ELSE '' END
        || CASE WHEN v_actor ~ '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$' THEN ' AND a.actor_id = ($4->>''actor'')::uuid'
                WHEN v_actor IS NOT NULL THEN ' AND a.actor_name = ($4->>''actor'')' ELSE '' END
        || CASE WHEN v_from IS NOT NULL THEN ' AND a.at >= $5' ELSE '' END
        || CASE WHEN v_to IS NOT NULL THEN ' AND a.at < $6' ELSE '' END
        || CASE WHEN v_after IS NOT NULL THEN ' AND (a.at, a.audit_id) < ($7, $8)' ELSE '' END
        || ' ORDER BY a.at DESC, a.audit_id DESC LIMIT $2 + 1) q'
    INTO v_page
    USING p_tenant, v_limit, v_zone, p, v_from, v_to, kf.from_micros(v_after[1]::bigint), v_after[2]::bigint;
    RETURN v_page;
END
$$;
