-- The state of the person of an address in a business, for the operator; null: there is none.
CREATE OR REPLACE FUNCTION kf.staff_state(p_tenant uuid, p_email text) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN (SELECT x.state FROM kf.staff x WHERE x.tenant_id = p_tenant AND x.email = lower(p_email));
END
$$;

-- The operator's help for a person who cannot sign in: a password, or a link to a new one that is handed over (p_hash).
-- p_factor_off turns the second factor off. Returns the link's purpose, "reset" or "invite"; null with a password.
CREATE OR REPLACE FUNCTION kf.staff_reset(p_tenant uuid, p_email text, p_password_hash text, p_hash bytea,
                                          p_factor_off boolean) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.staff;
    v_purpose text;
BEGIN
    SELECT x.* INTO s FROM kf.staff x WHERE x.tenant_id = p_tenant AND x.email = lower(p_email) FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'Nobody in the business has this address', 'email');
    ELSIF s.state = 'disabled' THEN
        PERFORM kf.refuse('KF409', 'This person''s access was removed: an owner can restore it', 'email');
    END IF;
    PERFORM kf.actor_set(p_tenant, '{"kind":"operator","name":"konfirmadoctl"}', false);
    IF p_factor_off AND s.totp_sealed IS NOT NULL THEN
        UPDATE kf.staff x SET totp_sealed = NULL, totp_enabled_at = NULL, totp_last_step = NULL
        WHERE x.tenant_id = p_tenant AND x.staff_id = s.staff_id;
        DELETE FROM kf.recovery_code c WHERE c.tenant_id = p_tenant AND c.staff_id = s.staff_id;
        PERFORM kf.totp_tell(s, false, '{}');
    END IF;
    IF p_password_hash IS NOT NULL THEN
        PERFORM kf.password_set(s, NULL, p_password_hash, '{}');
        RETURN NULL;
    END IF;
    v_purpose := CASE s.state WHEN 'invited' THEN 'invite' ELSE 'reset' END;
    PERFORM kf.token_put(s, v_purpose, p_hash, NULL, NULL);
    RETURN v_purpose;
EXCEPTION WHEN unique_violation THEN
    PERFORM kf.refuse('KF409', 'This address has an account with another business', 'email');
END
$$;
