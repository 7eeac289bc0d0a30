-- A new tenant from its document.
CREATE OR REPLACE FUNCTION kf.tenant_create(p_tenant uuid, p jsonb) RETURNS void
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
    t.status := 'active';
    t.catalog_version := 1;
    t.version := 1;
    t.created_at := kf.now();
    t.complete_after_hours := 48;
    t.mails := '{}';
    t.mail_notes := '{}';
    INSERT INTO kf.tenant SELECT t.*;
    IF v_domain IS NOT NULL THEN
        PERFORM kf.domain_claim(p_tenant, v_domain);
    END IF;
EXCEPTION WHEN unique_violation THEN
    PERFORM kf.tenant_name_taken(SQLERRM);
END
$$;
