-- The result of revoking a grant. If done, or failed for more than a day, the tokens are deleted.
CREATE OR REPLACE FUNCTION kf.calendar_revoke_result(p_tenant uuid, p_connection uuid, p_ok boolean,
                                                     p_error text, p_retry_s int) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    c kf.calendar_connection;
    v_over boolean;
BEGIN
    SELECT x.* INTO c FROM kf.calendar_connection x
    WHERE x.tenant_id = p_tenant AND x.connection_id = p_connection AND x.revoke_due_at IS NOT NULL
    FOR NO KEY UPDATE;
    v_over := p_ok OR c.revoke_attempts >= 35;
    UPDATE kf.calendar_connection x
    SET refresh_token_sealed = CASE WHEN NOT v_over THEN x.refresh_token_sealed END,
        access_token_sealed = CASE WHEN NOT v_over THEN x.access_token_sealed END,
        access_expires_at = CASE WHEN NOT v_over THEN x.access_expires_at END,
        revoke_due_at = CASE WHEN NOT v_over
                             THEN kf.now() + kf.calendar_delay(x.revoke_attempts + 1, 3600, p_retry_s, 0) END,
        error = CASE WHEN p_ok THEN x.error ELSE left(p_error, 500) END,
        revoke_attempts = x.revoke_attempts + 1, revoke_lease_until = NULL
    WHERE x.tenant_id = c.tenant_id AND x.connection_id = c.connection_id;
END
$$;
