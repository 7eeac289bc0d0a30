-- Logs a wrong password or code for an existing account. The commit does not wait for the disk, so that the response
-- time does not reveal the account.
CREATE OR REPLACE FUNCTION kf.login_failed(p_tenant uuid, p_staff uuid, p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    PERFORM kf.actor_set(p_tenant, p_visit || '{"kind":"system"}', false);
    PERFORM kf.audit_put(p_tenant, 'login_failed', 'staff', p_staff::text,
        (SELECT s.email FROM kf.staff s WHERE s.tenant_id = p_tenant AND s.staff_id = p_staff));
END
$$;

-- The same work for an unknown account, without storing anything.
CREATE OR REPLACE FUNCTION kf.login_unknown(p_account bytea) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    PERFORM kf.auth_try_touch(p_account);
END
$$;
