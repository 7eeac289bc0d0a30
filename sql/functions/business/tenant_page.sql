-- Businesses for the operator, by subdomain, with their troubles: {status, trouble (only those with one), search (in
-- name or subdomain), after (the last subdomain of the previous page), limit}. troubles: {callbacks_off,
-- callbacks_dead, mails_dead, mails_stopped, approval, money, calendars}, with counts.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.tenant_page(p jsonb)
RETURNS TABLE (doc jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_status text := kf.doc_word(p, 'status', NULL, ARRAY['active', 'suspended']);
    v_trouble boolean := kf.doc_bool(p, 'trouble', false);
    v_search text := lower(kf.doc_text(p, 'search', 1, 100, false));
    v_after text := kf.doc_text(p, 'after', 1, 100, false);
    v_limit int := kf.doc_int(p, 'limit', 1, 1000, true);
    v_week timestamptz := kf.now() - interval '7 days';
BEGIN
    PERFORM kf.doc_members(p, ARRAY['status', 'trouble', 'search', 'after', 'limit']);
    RETURN QUERY
    WITH found (tenant_id, word) AS (
        SELECT o.tenant_id, 'callbacks_dead' FROM kf.outbox o WHERE o.state = 'dead' AND o.created_at > v_week
        UNION ALL SELECT m.tenant_id, 'mails_dead' FROM kf.mail m WHERE m.state = 'dead' AND m.created_at > v_week
        UNION ALL SELECT x.tenant_id, 'money' FROM kf.payment x
        WHERE x.quarantine_reason IS NOT NULL AND x.resolved_at IS NULL
        UNION ALL SELECT r.tenant_id, 'money' FROM kf.refund r
        WHERE r.state <> 'done' AND (r.state = 'manual' OR r.created_at < kf.now() - interval '1 hour')
        UNION ALL SELECT c.tenant_id, 'calendars' FROM kf.calendar_connection c WHERE c.state = 'error'
        UNION ALL SELECT t.tenant_id, 'callbacks_off' FROM kf.tenant t WHERE t.callback_disabled_at IS NOT NULL
        UNION ALL SELECT e.tenant_id, 'callbacks_off' FROM kf.callback_endpoint e
        WHERE e.disabled_at IS NOT NULL AND e.endpoint_id <> e.tenant_id
        UNION ALL SELECT t.tenant_id, 'mails_stopped' FROM kf.tenant t WHERE t.mail_stopped_at IS NOT NULL
        UNION ALL SELECT t.tenant_id, 'approval' FROM kf.tenant t WHERE t.approval_asked_at IS NOT NULL
    ), troubles AS (
        SELECT c.tenant_id, jsonb_object_agg(c.word, c.n) AS words,
               string_agg(c.word || ' ' || c.n, ', ' ORDER BY c.word) AS health
        FROM (SELECT f.tenant_id, f.word, count(*) AS n FROM found f GROUP BY f.tenant_id, f.word) c
        GROUP BY c.tenant_id
    )
    SELECT kf.iso_times(to_jsonb(t), t.tenant_id) || kf.standing_of(t)
           || jsonb_build_object('health', coalesce(x.health, 'ok'), 'troubles', coalesce(x.words, '{}'))
    FROM kf.tenant t LEFT JOIN troubles x USING (tenant_id)
    WHERE (v_status IS NULL OR t.status = v_status) AND (v_after IS NULL OR t.subdomain > v_after)
      AND (NOT v_trouble OR x.tenant_id IS NOT NULL)
      AND (v_search IS NULL OR position(v_search IN lower(t.name)) > 0 OR position(v_search IN t.subdomain) > 0)
    ORDER BY t.subdomain LIMIT v_limit;
END
$$;
REVOKE ALL ON FUNCTION kf.tenant_page FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.tenant_page TO konfirmado_app, konfirmado_owner;
RESET ROLE;
