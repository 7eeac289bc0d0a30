-- Marks a refund as paid by hand by the merchant. {note}.
CREATE OR REPLACE FUNCTION kf.refund_done(p_tenant uuid, p_id uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_note text := coalesce(kf.doc_text(p, 'note', 0, 1000, false), '');
    r kf.refund;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['note']);
    r := kf.refund_lock(p_tenant, p_id);
    IF r.refund_id IS NULL THEN
        RETURN NULL;
    ELSIF r.state <> 'manual' THEN
        PERFORM kf.refuse('KF409', 'This refund does not need an action');
    END IF;
    PERFORM kf.refund_result(p_tenant, p_id, 'done', NULL, r.last_error);
    UPDATE kf.refund x SET note = v_note WHERE x.tenant_id = p_tenant AND x.refund_id = p_id;
    PERFORM kf.audit_put(p_tenant, 'refund_done', 'refund', p_id::text, '', jsonb_build_object('state', r.state),
                         jsonb_build_object('state', 'done', 'note', v_note));
    RETURN kf.refund_get(p_tenant, p_id);
END
$$;
