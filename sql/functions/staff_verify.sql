-- The owner of an address has shown that it is theirs.
CREATE OR REPLACE FUNCTION kf.staff_verify(p_hash bytea, p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    s kf.staff := kf.token_take('verify', p_hash);
BEGIN
    PERFORM kf.staff_actor(s, p_visit);
    UPDATE kf.staff x SET state = 'active'
    WHERE x.tenant_id = s.tenant_id AND x.staff_id = s.staff_id AND x.state = 'unverified';
    PERFORM kf.audit_put(s.tenant_id, 'email_verified', 'staff', s.staff_id::text, s.email);
END
$$;
