-- Sets a new password: the other sign-ins and all links for a new password end, and a mail reports it. p_session: the
-- sign-in that continues; null: none.
CREATE OR REPLACE FUNCTION kf.password_set(s kf.staff, p_session uuid, p_password_hash text, p_visit jsonb)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE kf.staff x SET password_hash = p_password_hash, password_changed_at = kf.now(),
        state = CASE WHEN x.state IN ('unverified', 'invited') THEN 'active' ELSE x.state END
    WHERE x.tenant_id = s.tenant_id AND x.staff_id = s.staff_id;
    UPDATE kf.token t SET used_at = kf.now()
    WHERE t.tenant_id = s.tenant_id AND t.staff_id = s.staff_id AND t.used_at IS NULL;
    PERFORM kf.session_end_all(s.tenant_id, s.staff_id, p_session);
    PERFORM kf.audit_put(s.tenant_id, 'password_changed', 'staff', s.staff_id::text, s.email);
    PERFORM kf.mail_put(s.tenant_id, gen_random_uuid(), 'password_changed', s.email, s.name, s.language,
                        jsonb_build_object('ip', p_visit->>'ip'), NULL);
END
$$;

-- The other credentials of an account: {second_factor, second_factor_since, api_keys: [the valid ones]}. Keys belong to
-- the business, so only an owner sees them.
CREATE OR REPLACE FUNCTION kf.access_doc(s kf.staff) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_zone text := kf.tenant_zone(s.tenant_id);
BEGIN
    RETURN jsonb_build_object('second_factor', s.totp_enabled_at IS NOT NULL,
        'second_factor_since', kf.iso_local(s.totp_enabled_at, v_zone),
        'api_keys', (SELECT coalesce(jsonb_agg(kf.api_key_doc(k, v_zone) ORDER BY k.key_id DESC), '[]')
                     FROM kf.api_key k WHERE k.tenant_id = s.tenant_id AND s.role = 'owner'
                       AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > kf.now())));
END
$$;

-- The same for the holder of a link to a new password, before it is used; null if the link is no longer valid.
CREATE OR REPLACE FUNCTION kf.reset_view(p_hash bytea) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    f record;
BEGIN
    SELECT x.tenant_id, x.staff_id INTO f FROM kf.token_find('reset', p_hash) x;
    PERFORM set_config('kf.tenant', f.tenant_id::text, true);
    RETURN (SELECT kf.access_doc(s) FROM kf.staff s WHERE s.tenant_id = f.tenant_id AND s.staff_id = f.staff_id);
END
$$;

-- Sets a password by the link of a mail. p_keys: ends every API key of the business, if the person is an owner. Returns
-- the other credentials of the account, with changed: true and api_keys_ended: their number.
CREATE OR REPLACE FUNCTION kf.password_reset(p_hash bytea, p_password_hash text, p_keys boolean, p_visit jsonb)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    s kf.staff := kf.token_take('reset', p_hash);
    v_ended int := 0;
BEGIN
    IF s.state NOT IN ('active', 'unverified') THEN
        PERFORM kf.refuse('KF416', 'This link is no longer valid');
    END IF;
    PERFORM kf.staff_actor(s, p_visit);
    IF p_keys AND s.role = 'owner' THEN
        UPDATE kf.api_key k SET revoked_at = kf.now()
        WHERE k.tenant_id = s.tenant_id AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > kf.now());
        GET DIAGNOSTICS v_ended = ROW_COUNT;
    END IF;
    PERFORM kf.password_set(s, NULL, p_password_hash, p_visit);
    RETURN kf.access_doc(s) || jsonb_build_object('changed', true, 'api_keys_ended', v_ended);
END
$$;

-- For servers of version 12. To be removed when kf.meta 'serves' has passed 12.
CREATE OR REPLACE FUNCTION kf.password_reset(p_hash bytea, p_password_hash text, p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM kf.password_reset(p_hash, p_password_hash, false, p_visit);
END
$$;

-- Sets a password for a signed-in person who knew the former one. KF409: it was changed meanwhile.
CREATE OR REPLACE FUNCTION kf.password_change(p_tenant uuid, p_staff uuid, p_session uuid, p_former text,
                                              p_password_hash text, p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.staff := kf.staff_lock(p_tenant, p_staff);
BEGIN
    IF s.password_hash IS DISTINCT FROM p_former OR s.state IS DISTINCT FROM 'active' THEN
        PERFORM kf.refuse('KF409', 'The password was changed meanwhile');
    END IF;
    PERFORM kf.staff_actor(s, p_visit);
    PERFORM kf.password_set(s, p_session, p_password_hash, p_visit);
END
$$;
