-- The customer moves a booking by their link: within the terms of the booking, to an offered time, with the same
-- professional or another one of the service. All its links for moving are used up. p_view_hash: of a new link to view
-- it. Refusals: KF416, KF409 (status, moves, until), and those of kf.booking_shift.
CREATE OR REPLACE FUNCTION kf.visit_move(p_tenant uuid, p_token_hash bytea, p_start timestamptz, p_professional uuid,
                                         p_view_hash bytea, p_after timestamptz DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    b kf.booking := kf.visit_lock(p_tenant, p_token_hash, '{move}');
BEGIN
    PERFORM kf.move_refuse(kf.move_why_not(b, kf.now()));
    PERFORM kf.booking_shift(b, p_start, p_professional, 'customer', false, '{}', p_after);
    PERFORM kf.visit_used(p_tenant, b.booking_id, '{move}');
    PERFORM kf.visit_mint(p_tenant, b.booking_id, 'view', p_view_hash, NULL);
    RETURN kf.visit_doc(p_tenant, p_view_hash, 'view');
END
$$;
