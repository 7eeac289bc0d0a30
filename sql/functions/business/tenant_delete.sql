-- What prevents the deletion of a tenant, as counts: {"subdomain", "bookings_ahead", "refunds_open",
-- "calendars_connected", "grants_to_revoke", "events_to_remove"}.
CREATE OR REPLACE FUNCTION kf.tenant_live(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN (SELECT jsonb_build_object('subdomain', t.subdomain,
        'bookings_ahead', (SELECT count(*) FROM kf.booking b WHERE b.tenant_id = p_tenant AND kf.booking_ahead(b)),
        'refunds_open', (SELECT count(*) FROM kf.refund r WHERE r.tenant_id = p_tenant AND r.state <> 'done'),
        'calendars_connected', (SELECT count(*) FROM kf.calendar_connection c
                                WHERE c.tenant_id = p_tenant AND c.state <> 'disconnected'),
        'grants_to_revoke', (SELECT count(*) FROM kf.calendar_connection c
                             WHERE c.tenant_id = p_tenant AND c.state = 'disconnected' AND c.revoke_due_at IS NOT NULL),
        'events_to_remove', (SELECT count(*) FROM kf.calendar_event e
                             WHERE e.tenant_id = p_tenant AND e.wanted = 'absent' AND e.state IN ('due', 'sending')))
        FROM kf.tenant t WHERE t.tenant_id = p_tenant);
END
$$;

-- Deletes a tenant: all its rows in all tables. Only for the owner of the schema; the application may not delete from
-- most tables. p_force: ignores what kf.tenant_live counts.
-- Returns {"tables": {name: rows}, "uploads": [names of files in the operator's folder]}.
-- Refusals: KF404, KF403 (not the owner), KF409 (the field names the first obstacle).
CREATE OR REPLACE FUNCTION kf.tenant_delete(p_tenant uuid, p_force boolean) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_live jsonb := kf.tenant_live(p_tenant);
    v_tables jsonb := '{}';
    v_uploads jsonb;
    v_count bigint;
    v_left bigint := 1;
    l record;
BEGIN
    IF v_live IS NULL THEN
        PERFORM kf.refuse('KF404', 'There is no such tenant');
    ELSIF NOT has_table_privilege('kf.tenant', 'DELETE') THEN
        PERFORM kf.refuse('KF403', 'Only the owner of the schema may delete a tenant: connect as konfirmado_owner');
    ELSIF NOT p_force THEN
        PERFORM kf.tenant_deletable(v_live);
    END IF;
    PERFORM FROM kf.tenant t WHERE t.tenant_id = p_tenant FOR UPDATE;
    SELECT coalesce(jsonb_agg(u.name ORDER BY u.name), '[]') INTO v_uploads FROM kf.upload u
    WHERE u.tenant_id = p_tenant AND u.bytes IS NULL;
    -- A deletion may add lines to the audit log, so this repeats until nothing is left.
    FOR v_round IN 1..5 LOOP
        v_left := 0;
        FOR l IN SELECT x.name FROM kf.tenant_tables() x WHERE x.name <> 'tenant' ORDER BY x.depth DESC, x.name = 'audit', x.name LOOP
            EXECUTE format('DELETE FROM kf.%I WHERE tenant_id = $1', l.name) USING p_tenant;
            GET DIAGNOSTICS v_count = ROW_COUNT;
            v_left := v_left + v_count;
            v_tables := v_tables || CASE WHEN v_count > 0 THEN
                jsonb_build_object(l.name, coalesce((v_tables->>l.name)::bigint, 0) + v_count) ELSE '{}' END;
        END LOOP;
        EXIT WHEN v_left = 0;
    END LOOP;
    DELETE FROM kf.tenant t WHERE t.tenant_id = p_tenant;
    RETURN jsonb_build_object('tables', v_tables || '{"tenant": 1}', 'uploads', v_uploads);
END
$$;

-- Refuses if a count of v (kf.tenant_live) prevents the deletion.
CREATE OR REPLACE FUNCTION kf.tenant_deletable(v jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF (v->>'bookings_ahead')::int > 0 THEN
        PERFORM kf.refuse('KF409', format('There are %s future bookings: cancel them first, so that customers are notified and refunded',
                                          v->>'bookings_ahead'), 'bookings_ahead');
    ELSIF (v->>'refunds_open')::int > 0 THEN
        PERFORM kf.refuse('KF409', format('There are %s pending refunds: settle them first', v->>'refunds_open'), 'refunds_open');
    ELSIF (v->>'events_to_remove')::int > 0 THEN
        PERFORM kf.refuse('KF409', format('%s events are still in calendars: wait until the background work has removed them',
                                          v->>'events_to_remove'), 'events_to_remove');
    ELSIF (v->>'calendars_connected')::int > 0 THEN
        PERFORM kf.refuse('KF409', format('%s calendars are connected: disconnect them first, so that the grants are revoked',
                                          v->>'calendars_connected'), 'calendars_connected');
    ELSIF (v->>'grants_to_revoke')::int > 0 THEN
        PERFORM kf.refuse('KF409', format('%s calendar grants are not revoked yet: wait until the background work has revoked them',
                                          v->>'grants_to_revoke'), 'grants_to_revoke');
    END IF;
END
$$;
