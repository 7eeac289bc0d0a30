-- A live secret of callbacks, sealed, for who may read it: that it was shown is written down.
CREATE OR REPLACE FUNCTION kf.secret_reveal(p_tenant uuid, p_id uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_sealed text;
BEGIN
    SELECT s.sealed INTO v_sealed FROM kf.callback_secret s
    WHERE s.tenant_id = p_tenant AND s.secret_id = p_id AND (s.expires_at IS NULL OR s.expires_at > kf.now());
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM kf.audit_put(p_tenant, 'callback_secret_shown', 'callback_secret', p_id::text, '');
    RETURN jsonb_build_object('id', p_id, 'sealed', v_sealed);
END
$$;
