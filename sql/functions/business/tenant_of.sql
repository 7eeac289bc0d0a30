-- A tenant's row from its document; members not in the document come from t.
CREATE OR REPLACE FUNCTION kf.tenant_of(t kf.tenant, p jsonb) RETURNS kf.tenant
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    d jsonb;
BEGIN
    PERFORM kf.doc_known('business', p);
    d := coalesce(to_jsonb(t), '{}') || p;
    t.subdomain := kf.doc_match(d, 'subdomain', '^[a-z0-9]([a-z0-9-]{1,61}[a-z0-9])$', true);
    IF kf.subdomain_reserved(t.subdomain) THEN
        PERFORM kf.refuse_field('This name is reserved', 'subdomain', 'taken');
    END IF;
    t := jsonb_populate_record(t, kf.doc_row('business', coalesce(to_jsonb(t), '{}'), p));
    t.custom_domain := kf.doc_match(d, 'custom_domain',
        '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$', false);
    t.phone := kf.doc_match(d, 'phone', '^[+]?[0-9 ().-]{5,39}$', false);
    t.whatsapp := kf.doc_match(d, 'whatsapp', '^[+]?[0-9 ().-]{5,39}$', false);
    t.time_zone := kf.doc_zone(d, 'time_zone', 'America/Bogota');
    t.allowed_origins := kf.doc_origins(d, 'allowed_origins');
    t.frame_origins := kf.doc_origins(d, 'frame_origins');
    RETURN t;
END
$$;
