-- The working spans of a professional on a day, in wall time: the day's overrides, or else the weekly hours without
-- breaks. Null or empty: none.
CREATE OR REPLACE FUNCTION kf.day_spans(p_tenant uuid, p_professional uuid, p_day date)
RETURNS tsmultirange
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_closed boolean;
    v_overrides boolean;
    v_spans tsmultirange;
BEGIN
    SELECT EXISTS (SELECT FROM kf.closed_day c WHERE c.tenant_id = p_tenant AND c.day = p_day),
           EXISTS (SELECT FROM kf.date_override o
                   WHERE o.tenant_id = p_tenant AND o.professional_id = p_professional AND o.day = p_day)
    INTO v_closed, v_overrides;
    IF v_closed THEN
        RETURN NULL;
    ELSIF v_overrides THEN
        SELECT range_agg(tsrange(p_day + o.starts, p_day + o.ends)) FILTER (WHERE o.starts IS NOT NULL)
        INTO v_spans
        FROM kf.date_override o
        WHERE o.tenant_id = p_tenant AND o.professional_id = p_professional AND o.day = p_day;
    ELSE
        SELECT range_agg(tsrange(p_day + h.starts, p_day + h.ends)) FILTER (WHERE h.kind = 'work')
               - coalesce(range_agg(tsrange(p_day + h.starts, p_day + h.ends)) FILTER (WHERE h.kind = 'break'), '{}')
        INTO v_spans
        FROM kf.working_hours h
        WHERE h.tenant_id = p_tenant AND h.professional_id = p_professional
          AND h.weekday = extract(isodow FROM p_day)::int;
    END IF;
    RETURN v_spans;
END
$$;
