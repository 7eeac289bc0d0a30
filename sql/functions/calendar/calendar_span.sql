-- The time of a provider's event, with whole days in their own zone; null if it has none.
CREATE OR REPLACE FUNCTION kf.calendar_span(e jsonb, p_zone text) RETURNS tstzrange
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_zone text := p_zone;
BEGIN
    IF e->>'first_day' IS NULL THEN
        RETURN CASE WHEN (e->>'start')::timestamptz < (e->>'end')::timestamptz
                    THEN tstzrange((e->>'start')::timestamptz, (e->>'end')::timestamptz) END;
    END IF;
    SELECT z.name INTO v_zone FROM kf.zone_name z WHERE z.name = e->>'zone';
    v_zone := coalesce(v_zone, p_zone);
    RETURN CASE WHEN (e->>'first_day')::date < (e->>'last_day')::date
                THEN tstzrange(kf.zone_day_start(v_zone, (e->>'first_day')::date),
                               kf.zone_day_start(v_zone, (e->>'last_day')::date)) END;
END
$$;
