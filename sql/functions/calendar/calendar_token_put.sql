-- Stores a fetched access token, and a new refresh token if one came.
CREATE OR REPLACE FUNCTION kf.calendar_token_put(p_tenant uuid, p_connection uuid, p_access_sealed text,
                                                 p_expires timestamptz, p_refresh_sealed text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    -- not if the tokens were deleted meanwhile
    UPDATE kf.calendar_connection x
    SET access_token_sealed = p_access_sealed, access_expires_at = p_expires,
        refresh_token_sealed = coalesce(p_refresh_sealed, x.refresh_token_sealed)
    WHERE x.tenant_id = p_tenant AND x.connection_id = p_connection AND x.refresh_token_sealed IS NOT NULL;
END
$$;
