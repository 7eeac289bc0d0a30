-- A message with its bytes (null: not sent yet) and every sending; null if there is none.
CREATE OR REPLACE FUNCTION kf.message_doc(p_tenant uuid, p_id text) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
BEGIN
    RETURN (SELECT kf.message_row(o, v_zone) || jsonb_build_object('body', kf.bytes_text(o.body),
                       'log', kf.message_log(p_tenant, p_id, v_zone))
            FROM kf.outbox o WHERE o.tenant_id = p_tenant AND o.message_id = p_id);
END
$$;
