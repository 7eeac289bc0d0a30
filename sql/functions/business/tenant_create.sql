-- Creates a tenant from its document. p_trusted: since when the operator trusts it. p_approval: the operator must
-- approve it first.
CREATE OR REPLACE FUNCTION kf.tenant_put(p_tenant uuid, p jsonb, p_trusted timestamptz, p_approval boolean) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    t kf.tenant;
    v_domain text;
BEGIN
    t := kf.tenant_of(t, p);
    v_domain := t.custom_domain;
    t.custom_domain := NULL;
    t.tenant_id := p_tenant;
    t.status := CASE WHEN p_approval THEN 'suspended' ELSE 'active' END;
    t.catalog_version := 1;
    t.version := 1;
    t.created_at := kf.now();
    t.complete_after_hours := 48;
    t.mails := '{}';
    t.mail_notes := '{}';
    t.trusted_at := p_trusted;
    t.approval_asked_at := CASE WHEN p_approval THEN kf.now() END;
    INSERT INTO kf.tenant SELECT t.*;
    IF v_domain IS NOT NULL THEN
        PERFORM kf.domain_claim(p_tenant, v_domain);
    END IF;
EXCEPTION WHEN unique_violation THEN
    PERFORM kf.tenant_name_taken(SQLERRM);
END
$$;

-- A tenant made by the operator is trusted.
CREATE OR REPLACE FUNCTION kf.tenant_create(p_tenant uuid, p jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM kf.tenant_put(p_tenant, p, kf.now(), false);
END
$$;
