-- The first instant in (p_lo, p_hi] at which a zone's offset differs from that at p_lo, to the second; null if the
-- offsets at both ends are equal. The range contains one change at most.
CREATE OR REPLACE FUNCTION kf.zone_change(p_zone text, p_lo timestamptz, p_hi timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_before int := kf.zone_offset(p_zone, p_lo);
    v_lo bigint := floor(extract(epoch FROM p_lo));
    v_hi bigint := ceil(extract(epoch FROM p_hi));
    v_mid bigint;
BEGIN
    IF kf.zone_offset(p_zone, p_hi) = v_before THEN
        RETURN NULL;
    END IF;
    WHILE v_hi - v_lo > 1 LOOP
        v_mid := (v_lo + v_hi) / 2;
        IF kf.zone_offset(p_zone, to_timestamp(v_mid)) = v_before THEN
            v_lo := v_mid;
        ELSE
            v_hi := v_mid;
        END IF;
    END LOOP;
    RETURN to_timestamp(v_hi);
END
$$;
