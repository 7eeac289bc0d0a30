-- Closes the whole business on a day. A day that is closed already gets the new reason.
CREATE OR REPLACE FUNCTION kf.closed_day_add(p_tenant uuid, p_day text, p_reason text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_doc jsonb := jsonb_build_object('day', p_day, 'reason', p_reason);
    v_day date := kf.doc_day(v_doc, 'day');
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    IF v_day IS NULL THEN
        PERFORM kf.refuse_field('This is required', 'day', 'required');
    END IF;
    DELETE FROM kf.closed_day c WHERE c.tenant_id = p_tenant AND c.day = v_day;
    INSERT INTO kf.closed_day (tenant_id, day, reason)
    VALUES (p_tenant, v_day, coalesce(kf.doc_text(v_doc, 'reason', 0, 200, false), ''));
END
$$;

-- The same from a document: {day, reason}.
CREATE OR REPLACE FUNCTION kf.closed_day_add(p_tenant uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM kf.doc_members(p, ARRAY['day', 'reason']);
    PERFORM kf.closed_day_add(p_tenant, kf.doc_text(p, 'day', 10, 10, true),
                              kf.doc_text(p, 'reason', 0, 200, false));
    RETURN jsonb_build_object('day', p->'day', 'reason', coalesce(p->>'reason', ''));
END
$$;
