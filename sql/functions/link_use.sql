-- Counts one use of a link.
CREATE OR REPLACE FUNCTION kf.link_use(p_tenant uuid, p_link uuid) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE kf.booking_link l SET uses = l.uses + 1
    WHERE l.tenant_id = p_tenant AND l.link_id = p_link AND (l.max_uses IS NULL OR l.uses < l.max_uses);
    IF NOT FOUND AND p_link IS NOT NULL THEN
        PERFORM kf.refuse('KF411', 'This booking link is not valid');
    END IF;
END
$$;
