-- Schedules another request to the provider, now.
CREATE OR REPLACE FUNCTION kf.refund_retry(p_tenant uuid, p_id uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    r kf.refund;
BEGIN
    SELECT x.* INTO r FROM kf.refund x WHERE x.tenant_id = p_tenant AND x.refund_id = p_id FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF r.state = 'done' THEN
        PERFORM kf.refuse('KF409', 'This refund is already done');
    ELSIF r.state = 'manual' AND r.asked_at IS NOT NULL THEN
        PERFORM kf.refuse('KF409', 'The provider may have made this refund: look there, then mark it as done');
    ELSIF r.lease_until > v_now THEN
        PERFORM kf.refuse('KF409', 'This refund is being made at the moment');
    END IF;
    UPDATE kf.refund x
    SET state = CASE x.state WHEN 'manual' THEN 'due' ELSE x.state END, owner = 'provider', attempts = 0,
        due_at = v_now, next_attempt_at = v_now
    WHERE x.tenant_id = p_tenant AND x.refund_id = p_id;
    PERFORM kf.audit_put(p_tenant, 'refund_retried', 'refund', p_id::text, '', jsonb_build_object('state', r.state));
    RETURN kf.refund_get(p_tenant, p_id);
END
$$;
