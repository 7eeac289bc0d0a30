-- Opens the business again on a day; null if it was not closed.
CREATE OR REPLACE FUNCTION kf.closed_day_remove(p_tenant uuid, p_day text) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_day date := kf.doc_day(jsonb_build_object('day', p_day), 'day');
    v_reason text;
BEGIN
    DELETE FROM kf.closed_day c WHERE c.tenant_id = p_tenant AND c.day = v_day RETURNING c.reason INTO v_reason;
    RETURN CASE WHEN FOUND THEN jsonb_build_object('day', v_day, 'reason', v_reason) END;
END
$$;
