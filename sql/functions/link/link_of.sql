-- A booking link's row from its document; members not in the document come from l.
CREATE OR REPLACE FUNCTION kf.link_of(l kf.booking_link, p jsonb) RETURNS kf.booking_link
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    d jsonb;
BEGIN
    d := to_jsonb(l) || jsonb_build_object('service', l.service_id, 'professional', l.professional_id) || p;
    l := jsonb_populate_record(l, kf.doc_row('link', to_jsonb(l), p));
    l.service_id := kf.doc_uuid(d, 'service', false);
    l.professional_id := kf.doc_uuid(d, 'professional', false);
    l.expires_at := CASE WHEN p ? 'expires_at' THEN kf.doc_instant(p, 'expires_at', false) ELSE l.expires_at END;
    IF l.service_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM kf.service s WHERE s.tenant_id = l.tenant_id AND s.service_id = l.service_id) THEN
        PERFORM kf.refuse_field('There is no such service', 'service', 'not_there');
    ELSIF l.professional_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM kf.professional f WHERE f.tenant_id = l.tenant_id AND f.professional_id = l.professional_id) THEN
        PERFORM kf.refuse_field('There is no such professional', 'professional', 'not_there');
    END IF;
    RETURN l;
END
$$;
