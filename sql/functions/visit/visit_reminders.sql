-- Turns a customer's reminders on or off, by a view link or a link for this purpose. KF416.
CREATE OR REPLACE FUNCTION kf.visit_reminders(p_tenant uuid, p_token_hash bytea, p_on boolean) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    b kf.booking := kf.visit_lock(p_tenant, p_token_hash, '{view,reminders}');
BEGIN
    IF b.reminders <> p_on THEN
        UPDATE kf.booking x SET reminders = p_on, updated_at = kf.now()
        WHERE x.tenant_id = p_tenant AND x.booking_id = b.booking_id
        RETURNING x.* INTO b;
        IF p_on THEN
            PERFORM kf.reminders_plan(b);
        ELSE
            PERFORM kf.reminders_drop(b, NULL);
        END IF;
    END IF;
    RETURN kf.visit_doc(p_tenant, p_token_hash, 'reminders');
END
$$;
