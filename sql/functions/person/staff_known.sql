-- Mails the owner of an account that somebody registered with its address. The registering person is not told.
CREATE OR REPLACE FUNCTION kf.staff_known(p_tenant uuid, p_staff uuid) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.staff := kf.staff_lock(p_tenant, p_staff);
BEGIN
    IF s.state = 'active' THEN
        PERFORM kf.mail_put(p_tenant, gen_random_uuid(), 'already_registered', s.email, s.name, s.language, '{}', NULL);
    END IF;
END
$$;
