-- The custom domain of a business. Nothing is resolved here; the background work does that.

-- Claims p_domain; null: gives up the domain. If the same domain is given again, it stays in use. Another one must be
-- proven first. Returns the value for kf.tenant.custom_domain until then.
CREATE OR REPLACE FUNCTION kf.domain_claim(p_tenant uuid, p_domain text) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_former text := (SELECT d.domain FROM kf.tenant_domain d WHERE d.tenant_id = p_tenant);
BEGIN
    IF v_former IS DISTINCT FROM p_domain THEN
        PERFORM kf.audit_put(p_tenant, 'settings_updated', 'settings', p_tenant::text,
                             (SELECT t.name FROM kf.tenant t WHERE t.tenant_id = p_tenant),
                             jsonb_build_object('custom_domain', v_former), jsonb_build_object('custom_domain', p_domain));
    END IF;
    IF p_domain IS NULL THEN
        DELETE FROM kf.tenant_domain d WHERE d.tenant_id = p_tenant;
        RETURN NULL;
    END IF;
    INSERT INTO kf.tenant_domain AS d (tenant_id, domain, token, claimed_at, asked_at, next_check_at)
    VALUES (p_tenant, p_domain, 'konfirmado-' || replace(gen_random_uuid()::text, '-', ''), v_now, v_now, v_now)
    ON CONFLICT (tenant_id) DO UPDATE
    SET (domain, token, state, claimed_at, asked_at, proven_at, missing_since, checked_at, answer, next_check_at, lease_until) =
        (EXCLUDED.domain, EXCLUDED.token, 'pending', v_now, v_now, NULL, NULL, NULL, NULL, v_now, NULL)
    WHERE d.domain <> EXCLUDED.domain;
    RETURN (SELECT d.domain FROM kf.tenant_domain d WHERE d.tenant_id = p_tenant AND d.state IN ('proven', 'missing'));
END
$$;

-- The domain of a business, its state, and the record that proves it; null: it claims none.
CREATE OR REPLACE FUNCTION kf.domain_doc(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT jsonb_build_object(
        'domain', d.domain, 'state', d.state, 'record', '_konfirmado.' || d.domain, 'value', d.token,
        'answer', d.answer, 'checked_at', kf.iso_local(d.checked_at, t.time_zone),
        'next_check_at', kf.iso_local(d.next_check_at, t.time_zone),
        'ends_at', kf.iso_local(d.missing_since + kf.domain_grace(), t.time_zone))
        FROM kf.tenant_domain d JOIN kf.tenant t ON t.tenant_id = d.tenant_id WHERE d.tenant_id = p_tenant);
END
$$;

-- How long a domain keeps working without its record.
CREATE OR REPLACE FUNCTION kf.domain_grace() RETURNS interval
LANGUAGE sql IMMUTABLE
AS $$
    SELECT interval '7 days'
$$;

CREATE OR REPLACE FUNCTION kf.domain_get(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN kf.domain_doc(p_tenant);
END
$$;

-- Schedules a check of the domain soon, but at most every ten seconds. Returns the same as domain_get.
CREATE OR REPLACE FUNCTION kf.domain_check(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
BEGIN
    UPDATE kf.tenant_domain d
    SET asked_at = v_now, next_check_at = greatest(v_now, d.checked_at + interval '10 seconds')
    WHERE d.tenant_id = p_tenant;
    RETURN kf.domain_doc(p_tenant);
END
$$;
