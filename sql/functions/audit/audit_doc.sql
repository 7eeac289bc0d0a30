-- A line of the audit log.
CREATE OR REPLACE FUNCTION kf.audit_doc(a kf.audit, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN jsonb_build_object(
        'id', a.audit_id, 'at', kf.iso_local(a.at, p_zone), 'action', a.action,
        'actor', jsonb_build_object('kind', a.actor_kind, 'id', a.actor_id, 'name', a.actor_name),
        'object', jsonb_build_object('type', a.object_type, 'id', a.object_id, 'name', a.object_name),
        'before', a.before, 'after', a.after, 'ip', a.ip, 'request_id', a.request_id);
END
$$;
