-- A person as the merchant sees them.
CREATE OR REPLACE FUNCTION kf.staff_doc(s kf.staff, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN jsonb_build_object('id', s.staff_id, 'email', s.email, 'name', s.name, 'role', s.role, 'state', s.state,
        'language', s.language, 'second_factor', s.totp_enabled_at IS NOT NULL,
        'last_login_at', kf.iso_local(s.last_login_at, p_zone), 'created_at', kf.iso_local(s.created_at, p_zone),
        'invitation_expires_at', (SELECT kf.iso_local(max(t.expires_at), p_zone) FROM kf.token t
            WHERE t.tenant_id = s.tenant_id AND t.staff_id = s.staff_id AND t.purpose = 'invite' AND t.used_at IS NULL
              AND s.state = 'invited'),
        'version', s.version);
END
$$;
