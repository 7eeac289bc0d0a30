-- Replaces a professional's weekly hours and overrides, if the document has them.
CREATE OR REPLACE FUNCTION kf.professional_hours_set(p_tenant uuid, p_professional uuid, p jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_spans int := kf.setup_limit('spans');
BEGIN
    PERFORM kf.doc_members(p, ARRAY['hours', 'overrides']);
    IF NOT EXISTS (SELECT FROM kf.professional f
                   WHERE f.tenant_id = p_tenant AND f.professional_id = p_professional) THEN
        PERFORM kf.refuse('KF404', 'There is no such professional');
    END IF;
    IF p ? 'hours' THEN
        DELETE FROM kf.working_hours h WHERE h.tenant_id = p_tenant AND h.professional_id = p_professional;
        INSERT INTO kf.working_hours (tenant_id, professional_id, weekday, kind, starts, ends)
        SELECT p_tenant, p_professional, h.weekday, h.kind, h.starts, h.ends
        FROM jsonb_array_elements(kf.doc_list(p, 'hours', 200)) e, LATERAL kf.hours_of(e) h;
        IF EXISTS (SELECT FROM kf.working_hours h WHERE h.tenant_id = p_tenant AND h.professional_id = p_professional
                   GROUP BY h.weekday HAVING count(*) > v_spans) THEN
            PERFORM kf.refuse_with('KF422', 'A day may have at most {1} spans', 'hours', v_spans::text);
        END IF;
    END IF;
    IF p ? 'overrides' THEN
        DELETE FROM kf.date_override o WHERE o.tenant_id = p_tenant AND o.professional_id = p_professional;
        INSERT INTO kf.date_override (tenant_id, professional_id, day, n, starts, ends)
        SELECT p_tenant, p_professional, o.day, e.n, o.starts, o.ends
        FROM jsonb_array_elements(kf.doc_list(p, 'overrides', kf.setup_limit('overrides'))) WITH ORDINALITY e(doc, n),
             LATERAL kf.override_of(e.doc) o;
        IF EXISTS (SELECT FROM kf.date_override o WHERE o.tenant_id = p_tenant AND o.professional_id = p_professional
                   GROUP BY o.day HAVING count(*) > v_spans) THEN
            PERFORM kf.refuse_with('KF422', 'A day may have at most {1} spans', 'overrides', v_spans::text);
        END IF;
    END IF;
EXCEPTION WHEN unique_violation THEN
    PERFORM kf.refuse('KF422', 'Two of the hours start at the same time', 'hours');
END
$$;
