-- Uses a link. Of two concurrent uses one gets the person and the other is refused.
CREATE OR REPLACE FUNCTION kf.token_take(p_purpose text, p_hash bytea) RETURNS kf.staff
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant uuid := (SELECT f.tenant_id FROM kf.token_find(p_purpose, p_hash) f);
    v_staff uuid;
BEGIN
    IF v_tenant IS NOT NULL THEN
        PERFORM set_config('kf.tenant', v_tenant::text, true);
        UPDATE kf.token t SET used_at = kf.now()
        WHERE t.tenant_id = v_tenant AND t.token_hash = p_hash AND t.used_at IS NULL
        RETURNING t.staff_id INTO v_staff;
    END IF;
    IF v_staff IS NULL THEN
        PERFORM kf.refuse('KF416', 'This link is no longer valid');
    END IF;
    RETURN kf.staff_lock(v_tenant, v_staff);
END
$$;
