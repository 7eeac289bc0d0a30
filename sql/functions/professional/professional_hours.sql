-- The weekly hours and overrides of a professional, for editing just those; null: there is no such professional.
CREATE OR REPLACE FUNCTION kf.professional_hours(p_tenant uuid, p_id uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    d jsonb := kf.professional_get(p_tenant, p_id);
BEGIN
    RETURN CASE WHEN d IS NOT NULL
                THEN jsonb_build_object('id', d->'id', 'version', d->'version', 'time_zone', d->'time_zone',
                                        'hours', d->'hours', 'overrides', d->'overrides') END;
END
$$;
