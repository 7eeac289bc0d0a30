-- The rank of a time in a professional's calendar, by present knowledge: 0 free (or no calendar), 1 unknown, 2 taken.
CREATE OR REPLACE FUNCTION kf.calendar_rank(p_tenant uuid, p_professional uuid, p_range tstzrange) RETURNS int
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT CASE WHEN count(*) = 0 THEN 0
                        WHEN bool_or(b.busy && p_range) THEN 2
                        WHEN bool_or(b.covers @> p_range AND b.valid_until > kf.now()) THEN 0 ELSE 1 END
            FROM kf.calendar_busy b
            WHERE b.tenant_id = p_tenant AND b.professional_id = p_professional);
END
$$;
