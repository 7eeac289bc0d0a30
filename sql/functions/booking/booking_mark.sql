-- The merchant records whether the customer came: {status: completed, no_show}, once the booking has begun. If the
-- service's policy says so, a no-show gets the payment back.
CREATE OR REPLACE FUNCTION kf.booking_mark(p_tenant uuid, p_id uuid, p_version int, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_status text := kf.doc_word(p, 'status', '', ARRAY['completed', 'no_show']);
    b kf.booking := kf.booking_lock(p_tenant, p_id, p_version);
    n kf.booking;
    x kf.payment;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['status']);
    IF b.booking_id IS NULL THEN
        RETURN NULL;
    ELSIF b.slot_start > kf.now() THEN
        PERFORM kf.refuse('KF409', 'This booking has not begun yet');
    END IF;
    n := kf.booking_move(b, v_status, 'merchant', '');
    IF v_status = 'no_show' AND kf.booking_policy(b)->>'no_show_rule' = 'refund' THEN
        SELECT y.* INTO x FROM kf.payment y
        WHERE y.tenant_id = p_tenant AND y.booking_id = p_id AND y.state = 'applied' FOR UPDATE;
        IF FOUND THEN
            PERFORM kf.payment_give_back(x, n, 'no_show');
        END IF;
    END IF;
    PERFORM kf.audit_put(p_tenant, 'booking_marked', 'booking', p_id::text, b.customer_name,
                         jsonb_build_object('status', b.status), jsonb_build_object('status', v_status));
    RETURN kf.booking_doc(p_tenant, p_id);
END
$$;
