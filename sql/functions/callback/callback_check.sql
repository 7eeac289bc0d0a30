-- Refuses to send to an address that does not exist or answered that it is gone.
CREATE OR REPLACE FUNCTION kf.callback_check(p_tenant uuid, p_endpoint uuid) RETURNS kf.callback_endpoint
LANGUAGE plpgsql
AS $$
DECLARE
    e kf.callback_endpoint;
BEGIN
    SELECT x.* INTO e FROM kf.callback_endpoint x WHERE x.tenant_id = p_tenant AND x.endpoint_id = p_endpoint;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF409', 'There is no callback address to send to');
    ELSIF e.disabled_at IS NOT NULL THEN
        PERFORM kf.refuse('KF409', 'The callback address is switched off: save it again');
    END IF;
    RETURN e;
END
$$;
