-- Stores the provider's grant, with an hour to choose calendars: [{id, name, time_zone, primary, may_write}].
CREATE OR REPLACE FUNCTION kf.calendar_grant_put(p_tenant uuid, p_grant uuid, p_account_id text, p_account_email text,
    p_scopes text, p_tokens_sealed text, p_access_expires_at timestamptz, p_calendars jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
BEGIN
    UPDATE kf.calendar_grant x
    SET granted_at = v_now, expires_at = v_now + interval '60 minutes', account_id = p_account_id,
        account_email = left(coalesce(p_account_email, ''), 254), scopes = p_scopes, tokens_sealed = p_tokens_sealed,
        access_expires_at = p_access_expires_at, calendars = p_calendars
    WHERE x.tenant_id = p_tenant AND x.grant_id = p_grant AND x.state_used_at IS NOT NULL AND x.granted_at IS NULL;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF416', 'This consent is no longer valid');
    END IF;
END
$$;
