-- The refund if the customer cancels at p_at: the only source for what is shown and what is done. Exactly a tier's
-- hours before the start still count; after the start nothing goes back. The parts add up: the refund is rounded half
-- up to a minor unit, and the rest is kept.
-- {paid_cents, refund_cents, kept_cents, percent, tier_hours, currency, until: the last instant for which this is true,
-- next_percent: the percentage after it, method: provider, none}. The provider is asked first, whatever the payment
-- method (a void, or a refund); only what it refuses becomes a task for the merchant.
CREATE OR REPLACE FUNCTION kf.refund_terms(b kf.booking, p_at timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_policy jsonb := kf.booking_policy(b);
    v_open boolean := b.status IN ('pending', 'paid', 'confirmed') AND p_at < b.slot_start
                      AND NOT (v_policy->>'deposit_rule' = 'kept' AND b.charge_cents < b.price_cents);
    v_percent int;
    v_hours int;
    v_next int;
    v_refund bigint;
    p kf.payment;
BEGIN
    SELECT x.* INTO p FROM kf.payment x
    WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id AND x.state = 'applied';
    -- The tier with the most hours that still applies, and the next one.
    SELECT q.percent, q.hours, q.next INTO v_percent, v_hours, v_next
    FROM (SELECT t.percent, t.hours, lead(t.percent, 1, 0) OVER (ORDER BY t.hours DESC) AS next
          FROM jsonb_to_recordset(v_policy->'tiers') AS t(hours int, percent int)) q
    WHERE v_open AND p_at <= b.slot_start - make_interval(hours => q.hours)
    ORDER BY q.hours DESC LIMIT 1;
    v_refund := (coalesce(p.approved_cents, 0) * coalesce(v_percent, 0) + 50) / 100;
    RETURN jsonb_build_object(
        'paid_cents', coalesce(p.approved_cents, 0), 'refund_cents', v_refund,
        'kept_cents', coalesce(p.approved_cents, 0) - v_refund, 'percent', coalesce(v_percent, 0),
        'tier_hours', v_hours, 'currency', b.currency,
        'until', kf.iso(b.slot_start - make_interval(hours => v_hours)), 'next_percent', v_next,
        'method', CASE WHEN v_refund = 0 THEN 'none' ELSE 'provider' END);
END
$$;
