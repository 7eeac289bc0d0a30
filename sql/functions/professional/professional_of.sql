-- A professional's row from its document; members not in the document come from f.
CREATE OR REPLACE FUNCTION kf.professional_of(f kf.professional, p jsonb) RETURNS kf.professional
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    d jsonb;
BEGIN
    f := jsonb_populate_record(f, kf.doc_row('professional', to_jsonb(f), p));
    d := to_jsonb(f) || p;
    f.time_zone := kf.doc_zone(d, 'time_zone', kf.tenant_zone(f.tenant_id));
    RETURN f;
END
$$;
