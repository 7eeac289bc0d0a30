-- The longest buffer before a start, in minutes, of a professional's services.
CREATE OR REPLACE FUNCTION kf.calendar_before(p_tenant uuid, p_professional uuid) RETURNS int
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT coalesce(max(s.buffer_before_min), 0)
            FROM kf.professional_service x JOIN kf.service s USING (tenant_id, service_id)
            WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND s.active);
END
$$;

-- The last row of busy time needed for the horizons of a professional's services.
CREATE OR REPLACE FUNCTION kf.calendar_last_row(p_tenant uuid, p_professional uuid) RETURNS int
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT CASE WHEN max(s.horizon_days) > 60 THEN ceil((max(s.horizon_days) - 59) / 58.0)::int ELSE 0 END
            FROM kf.professional_service x JOIN kf.service s USING (tenant_id, service_id)
            WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND s.active);
END
$$;
