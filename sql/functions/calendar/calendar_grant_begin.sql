-- Begins a consent: the visit to the provider may take ten minutes.
-- Refusals: KF416 (the invitation is not open), KF419 (suspended), KF429 (begun too often).
CREATE OR REPLACE FUNCTION kf.calendar_grant_begin(p_tenant uuid, p_grant uuid, p_invitation uuid, p_provider text,
    p_state_hash bytea, p_browser_hash bytea, p_verifier_sealed text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    i kf.calendar_invitation;
BEGIN
    SELECT x.* INTO i FROM kf.calendar_invitation x
    WHERE x.tenant_id = p_tenant AND x.invitation_id = p_invitation FOR UPDATE;
    IF NOT FOUND OR i.used_at IS NOT NULL OR i.expires_at <= v_now THEN
        PERFORM kf.refuse('KF416', 'This invitation is no longer valid');
    ELSIF (SELECT t.status FROM kf.tenant t WHERE t.tenant_id = p_tenant) <> 'active' THEN
        PERFORM kf.refuse('KF419', 'This business is not taking bookings now');
    ELSIF (SELECT count(*) >= 50 FROM kf.calendar_grant g
           WHERE g.tenant_id = p_tenant AND g.invitation_id = p_invitation AND g.created_at > v_now - interval '1 hour') THEN
        PERFORM kf.refuse('KF429', 'This was tried too many times');
    END IF;
    INSERT INTO kf.calendar_grant (tenant_id, grant_id, invitation_id, professional_id, provider, state_hash,
                                   browser_hash, verifier_sealed, created_at, expires_at)
    VALUES (p_tenant, p_grant, p_invitation, i.professional_id, p_provider, p_state_hash, p_browser_hash,
            p_verifier_sealed, v_now, v_now + interval '10 minutes');
END
$$;
