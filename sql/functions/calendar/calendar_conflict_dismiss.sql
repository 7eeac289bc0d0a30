-- Dismisses a conflict: it is not shown again unless it changes. null: there is none.
CREATE OR REPLACE FUNCTION kf.calendar_conflict_dismiss(p_tenant uuid, p_id uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    x kf.calendar_conflict;
BEGIN
    SELECT y.* INTO x FROM kf.calendar_conflict y WHERE y.tenant_id = p_tenant AND y.conflict_id = p_id FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF x.resolved_at IS NOT NULL THEN
        PERFORM kf.refuse('KF409', 'This is already settled');
    END IF;
    UPDATE kf.calendar_conflict y SET resolved_at = kf.now(), resolution = 'dismissed'
    WHERE y.tenant_id = p_tenant AND y.conflict_id = p_id;
    PERFORM kf.audit_put(p_tenant, 'calendar_conflict_dismissed', 'booking', x.booking_id::text,
                         (SELECT b.customer_name FROM kf.booking b
                          WHERE b.tenant_id = p_tenant AND b.booking_id = x.booking_id),
                         NULL, kf.calendar_conflict_doc(x, v_zone));
    RETURN kf.calendar_conflict_doc(x, v_zone);
END
$$;
