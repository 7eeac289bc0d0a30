-- Makes a link for an act from the page of a booking, for half an hour; it requires the booking's address.
-- Refusals: KF416, KF422 (purpose, email), KF409 (status, moves, until).
CREATE OR REPLACE FUNCTION kf.visit_act_token(p_tenant uuid, p_view_hash bytea, p_purpose text, p_email text,
                                              p_hash bytea) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    b kf.booking := kf.visit_lock(p_tenant, p_view_hash, '{view}');
BEGIN
    IF p_purpose IS NULL OR p_purpose NOT IN ('move', 'cancel') THEN
        PERFORM kf.refuse_field('This must be one of: move, cancel', 'purpose', 'not_one_of');
    ELSIF lower(btrim(p_email)) IS DISTINCT FROM lower(b.customer_email) THEN
        PERFORM kf.refuse_field('This is not the address that the booking was made with', 'email', 'not_there');
    ELSIF b.status NOT IN ('paid', 'confirmed') OR b.slot_start <= kf.now() THEN
        PERFORM kf.refuse('KF409', 'This booking can no longer be changed', 'status');
    ELSIF p_purpose = 'move' THEN
        PERFORM kf.move_refuse(kf.move_why_not(b, kf.now()));
    END IF;
    PERFORM kf.visit_mint(p_tenant, b.booking_id, p_purpose, p_hash, 30);
END
$$;
