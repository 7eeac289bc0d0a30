-- Makes a link for a booking's customer. p_minutes null: as long as the booking allows it (an act), or until a month
-- after its end.
CREATE OR REPLACE FUNCTION kf.visit_mint(p_tenant uuid, p_booking uuid, p_purpose text, p_token_hash bytea,
                                         p_minutes int) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    INSERT INTO kf.visit_token (tenant_id, token_id, booking_id, purpose, token_hash, created_at, expires_at)
    SELECT p_tenant, gen_random_uuid(), p_booking, p_purpose, p_token_hash, kf.now(),
           CASE WHEN p_minutes IS NOT NULL THEN kf.now() + make_interval(mins => p_minutes)
                WHEN p_purpose IN ('move', 'cancel') THEN b.slot_start
                ELSE b.slot_end + interval '30 days' END
    FROM kf.booking b WHERE b.tenant_id = p_tenant AND b.booking_id = p_booking;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such booking');
    END IF;
END
$$;
