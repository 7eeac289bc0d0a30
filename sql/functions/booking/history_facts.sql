-- The content of a history line beyond the status, in a zone: the place of a booking before a move. null: none.
CREATE OR REPLACE FUNCTION kf.history_facts(p jsonb, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF p IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN jsonb_build_object(
        'from_start', kf.iso_local((p->>'from_start')::timestamptz, p_zone),
        'from_end', kf.iso_local((p->>'from_end')::timestamptz, p_zone),
        'from_professional', jsonb_build_object('id', p->'from_professional', 'name', p->'from_professional_name'));
END
$$;
