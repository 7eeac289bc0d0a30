-- A tenant's row from its document; what the document does not name comes from t.
CREATE OR REPLACE FUNCTION kf.tenant_of(t kf.tenant, p jsonb) RETURNS kf.tenant
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    d jsonb;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['subdomain', 'custom_domain', 'name', 'time_zone', 'language',
        'currency', 'primary_color', 'secondary_color', 'logo_url', 'terms_url', 'contact',
        'callback_url', 'return_url', 'colombian_phone', 'allowed_origins', 'frame_origins']);
    d := coalesce(to_jsonb(t), '{}') || p;
    t.subdomain := kf.doc_match(d, 'subdomain', '^[a-z0-9]([a-z0-9-]{1,61}[a-z0-9])$', true);
    IF kf.subdomain_reserved(t.subdomain) THEN
        PERFORM kf.refuse_field('This name is reserved', 'subdomain', 'taken');
    END IF;
    t.custom_domain := kf.doc_match(d, 'custom_domain',
        '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$', false);
    t.name := kf.doc_text(d, 'name', 2, 100, true);
    t.time_zone := kf.doc_zone(d, 'time_zone', 'America/Bogota');
    t.language := coalesce(kf.doc_match(d, 'language', '^(es|en)$', false), 'es');
    t.currency := coalesce(kf.doc_match(d, 'currency', '^[A-Z]{3}$', false), 'COP');
    t.primary_color := kf.doc_match(d, 'primary_color', '^#[0-9A-Fa-f]{6}$', false);
    t.secondary_color := kf.doc_match(d, 'secondary_color', '^#[0-9A-Fa-f]{6}$', false);
    t.logo_url := kf.doc_match(d, 'logo_url', '^(https://|/[^/])', false);
    t.terms_url := kf.doc_match(d, 'terms_url', '^https?://', false);
    t.contact := kf.doc_text(d, 'contact', 1, 200, false);
    t.callback_url := kf.doc_match(d, 'callback_url', '^https?://', false);
    t.return_url := kf.doc_match(d, 'return_url', '^https?://', false);
    t.colombian_phone := kf.doc_bool(d, 'colombian_phone', false);
    t.allowed_origins := kf.doc_origins(d, 'allowed_origins');
    t.frame_origins := kf.doc_origins(d, 'frame_origins');
    RETURN t;
END
$$;
