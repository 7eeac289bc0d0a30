-- A link that a person asked for without a sign-in. It must be the one that their state wants;
-- another state changes nothing, and nobody is told.
CREATE OR REPLACE FUNCTION kf.token_link(p_tenant uuid, p_staff uuid, p_purpose text, p_hash bytea, p_mail uuid,
                                         p_sealed text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.staff := kf.staff_lock(p_tenant, p_staff);
BEGIN
    IF (p_purpose, s.state) IN (('verify', 'unverified'), ('reset', 'unverified'), ('reset', 'active'),
                                ('invite', 'invited')) THEN
        PERFORM kf.token_put(s, p_purpose, p_hash, p_mail, p_sealed,
            CASE p_purpose WHEN 'invite' THEN jsonb_build_object('role', s.role) ELSE '{}' END);
    END IF;
END
$$;
