-- A professional's row from its document; what the document does not name comes from f.
CREATE OR REPLACE FUNCTION kf.professional_of(f kf.professional, p jsonb) RETURNS kf.professional
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    d jsonb;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['name', 'description', 'photo_url', 'email', 'time_zone', 'active', 'position']);
    d := to_jsonb(f) || p;
    f.name := kf.doc_text(d, 'name', 2, 100, true);
    f.description := coalesce(kf.doc_text(d, 'description', 0, 2000, false), '');
    f.photo_url := kf.doc_match(d, 'photo_url', '^(https://|/[^/])', false);
    f.email := kf.doc_email(d, 'email', false);
    f.time_zone := kf.doc_zone(d, 'time_zone', kf.tenant_zone(f.tenant_id));
    f.active := kf.doc_bool(d, 'active', true);
    f.position := coalesce(kf.doc_int(d, 'position', 0, 1000000, false), 0);
    RETURN f;
END
$$;
