-- The result of an event: processed, or to be retried after p_retry_s seconds.
CREATE OR REPLACE FUNCTION kf.event_result(p_tenant uuid, p_event uuid, p_ok boolean, p_outcome text, p_retry_s int)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    UPDATE kf.webhook_event e
    SET outcome = p_outcome, lease_until = NULL,
        processed_at = CASE WHEN p_ok THEN kf.now() END,
        -- the body of a foreign sale, or of an erased customer, is not kept
        body = CASE WHEN p_ok AND p_outcome = 'foreign' OR EXISTS (
                        SELECT FROM kf.booking b
                        WHERE b.tenant_id = e.tenant_id AND b.erased_at IS NOT NULL
                          AND b.booking_id = (SELECT a.booking_id FROM kf.payment_attempt a
                                              WHERE a.tenant_id = e.tenant_id AND a.provider = e.provider
                                                AND a.reference = e.reference))
                    THEN '' ELSE e.body END,
        next_attempt_at = kf.now() + make_interval(secs => coalesce(p_retry_s, 0))
    WHERE e.tenant_id = p_tenant AND e.event_id = p_event AND e.processed_at IS NULL;
END
$$;
