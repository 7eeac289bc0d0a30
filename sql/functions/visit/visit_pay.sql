-- A further payment attempt by the customer's view link: as kf.booking_retry.
CREATE OR REPLACE FUNCTION kf.visit_pay(p_tenant uuid, p_token_hash bytea, p_attempt uuid,
                                        p_after timestamptz DEFAULT NULL)
RETURNS SETOF kf.checkout
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    b kf.booking := kf.visit_lock(p_tenant, p_token_hash, '{view}');
BEGIN
    RETURN QUERY SELECT * FROM kf.booking_retry(p_tenant, b.booking_id, b.token_hash, p_attempt, p_after);
END
$$;
