-- Replaces the days on which the whole business is closed: [{day, reason}].
CREATE OR REPLACE FUNCTION kf.closed_days_set(p_tenant uuid, p jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    DELETE FROM kf.closed_day c WHERE c.tenant_id = p_tenant;
    INSERT INTO kf.closed_day (tenant_id, day, reason)
    SELECT p_tenant, kf.doc_day(e, 'day'), coalesce(kf.doc_text(e, 'reason', 0, 200, false), '')
    FROM jsonb_array_elements(kf.doc_list(jsonb_build_object('days', p), 'days', 400)) e
    ON CONFLICT DO NOTHING;
END
$$;
