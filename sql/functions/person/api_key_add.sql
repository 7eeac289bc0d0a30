-- The scopes that a key may have.
CREATE OR REPLACE FUNCTION kf.api_key_scopes() RETURNS text[]
LANGUAGE sql IMMUTABLE
AS $$ SELECT ARRAY['bookings:read', 'bookings:write', 'catalogue:read', 'catalogue:write', 'settings:read',
                   'settings:write', 'reports:read'] $$;

-- Adds a key from its document: {name, scopes, expires_at}. Only the hash of the key and its first characters are
-- stored.
CREATE OR REPLACE FUNCTION kf.api_key_add(p_tenant uuid, p_id uuid, p jsonb, p_hash bytea, p_hint text, p_by uuid)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_scopes text[];
    v_ends timestamptz := kf.doc_instant(p, 'expires_at', false);
BEGIN
    PERFORM kf.doc_members(p, ARRAY['name', 'scopes', 'expires_at']);
    v_scopes := ARRAY(SELECT DISTINCT x FROM jsonb_array_elements_text(kf.doc_list(p, 'scopes', 20)) x ORDER BY x);
    IF cardinality(v_scopes) = 0 OR NOT v_scopes <@ kf.api_key_scopes() THEN
        PERFORM kf.refuse_field('Choose one or more of: ' || array_to_string(kf.api_key_scopes(), ', '),
                                'scopes', 'not_one_of');
    ELSIF v_ends <= kf.now() THEN
        PERFORM kf.refuse_field('This is in the past', 'expires_at', 'in_the_past');
    ELSIF (SELECT count(*) FROM kf.api_key k WHERE k.tenant_id = p_tenant AND k.revoked_at IS NULL
           AND (k.expires_at IS NULL OR k.expires_at > kf.now())) >= 50 THEN
        PERFORM kf.refuse('KF409', 'A business may have at most 50 live keys: revoke one first');
    END IF;
    INSERT INTO kf.api_key (tenant_id, key_id, name, hint, token_hash, scopes, created_by, created_at, expires_at)
    VALUES (p_tenant, p_id, kf.doc_text(p, 'name', 1, 100, true), p_hint, p_hash, v_scopes, p_by, kf.now(), v_ends);
    RETURN kf.api_key_get(p_tenant, p_id);
END
$$;
