-- As kf.booking_start, for a booking whose customer returns to p_return. Refusals: those of kf.booking_start, and KF422
-- (return_url).
CREATE OR REPLACE FUNCTION kf.booking_start_at(p_tenant uuid, p_booking uuid, p_attempt uuid, p_claim uuid,
    p_token_hash bytea, p_name text, p_email text, p_phone text, p_notes text, p_language text, p_zone text,
    p_after timestamptz, p_more jsonb, p_return text, p_mail boolean)
RETURNS SETOF kf.checkout
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    PERFORM kf.return_check(p_tenant, p_return);
    UPDATE kf.claim x SET return_url = p_return
    WHERE x.tenant_id = p_tenant AND x.claim_id = p_claim AND x.token_hash = p_token_hash AND x.state = 'held';
    RETURN QUERY SELECT * FROM kf.booking_start(p_tenant, p_booking, p_attempt, p_claim, p_token_hash, p_name, p_email,
        p_phone, p_notes, p_language, p_zone, p_after, p_more, p_mail);
END
$$;

-- For servers of version 18. To be removed when kf.meta 'serves' has passed 18.
CREATE OR REPLACE FUNCTION kf.booking_start_at(p_tenant uuid, p_booking uuid, p_attempt uuid, p_claim uuid,
    p_token_hash bytea, p_name text, p_email text, p_phone text, p_notes text, p_language text, p_zone text,
    p_after timestamptz, p_more jsonb, p_return text)
RETURNS SETOF kf.checkout
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY SELECT * FROM kf.booking_start_at(p_tenant, p_booking, p_attempt, p_claim, p_token_hash, p_name, p_email,
                                                   p_phone, p_notes, p_language, p_zone, p_after, p_more, p_return, NULL);
END
$$;
