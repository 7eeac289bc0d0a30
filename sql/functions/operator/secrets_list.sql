-- All sealed texts of a tenant, for the rotation of keys. ref names the row for secret_replace. Requested links are
-- made first, so that their tokens are sealed with their mails.
CREATE OR REPLACE FUNCTION kf.secrets_list(p_tenant uuid)
RETURNS TABLE (what text, ref text, sealed text)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM kf.links_make(1000);
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    RETURN QUERY
    SELECT k.what, a.provider || '/' || a.mode, k.sealed
    FROM kf.payment_account a, LATERAL (VALUES
        ('private_key', a.private_key_sealed), ('integrity_secret', a.integrity_secret_sealed),
        ('events_secret', a.events_secret_sealed)) AS k(what, sealed)
    WHERE a.tenant_id = p_tenant
    UNION ALL
    SELECT 'callback_secret', s.secret_id::text, s.sealed
    FROM kf.callback_secret s WHERE s.tenant_id = p_tenant
    UNION ALL
    SELECT 'totp', s.staff_id::text, s.totp_sealed
    FROM kf.staff s WHERE s.tenant_id = p_tenant AND s.totp_sealed IS NOT NULL
    UNION ALL
    SELECT 'mail', m.mail_id::text, m.secret_sealed
    FROM kf.mail m WHERE m.tenant_id = p_tenant AND m.secret_sealed IS NOT NULL
    UNION ALL
    SELECT k.what, g.grant_id::text, k.sealed
    FROM kf.calendar_grant g, LATERAL (VALUES
        ('calendar_verifier', g.verifier_sealed), ('calendar_tokens', g.tokens_sealed)) AS k(what, sealed)
    WHERE g.tenant_id = p_tenant AND k.sealed IS NOT NULL
    UNION ALL
    SELECT k.what, c.connection_id::text, k.sealed
    FROM kf.calendar_connection c, LATERAL (VALUES
        ('calendar_refresh', c.refresh_token_sealed), ('calendar_access', c.access_token_sealed)) AS k(what, sealed)
    WHERE c.tenant_id = p_tenant AND k.sealed IS NOT NULL
    UNION ALL
    SELECT 'mail_channel', 'secret', h.secret_sealed
    FROM kf.mail_channel h WHERE h.tenant_id = p_tenant AND h.secret_sealed IS NOT NULL;
END
$$;
