-- Changes the members in the document; the address stays. If a link gets a maximum, its bookings are counted:
-- transactions that are making bookings (they reference its row) end first, and further ones wait.
CREATE OR REPLACE FUNCTION kf.link_change(p_tenant uuid, p_id uuid, p_version int, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    l kf.booking_link;
    n kf.booking_link;
BEGIN
    SELECT x.* INTO l FROM kf.booking_link x WHERE x.tenant_id = p_tenant AND x.link_id = p_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM kf.version_check(l.version, p_version);
    n := kf.link_of(l, p);
    IF n.active AND NOT l.active THEN
        PERFORM kf.setup_check(p_tenant, 'links');
    END IF;
    IF l.max_uses IS NULL AND n.max_uses IS NOT NULL THEN
        PERFORM FROM kf.booking_link x WHERE x.tenant_id = p_tenant AND x.link_id = p_id FOR UPDATE;
        UPDATE kf.booking_link x SET uses = kf.link_used(x) WHERE x.tenant_id = p_tenant AND x.link_id = p_id;
    END IF;
    n.version := n.version + 1;
    PERFORM kf.row_put('booking_link', 'link_id', to_jsonb(n) - 'uses');
    RETURN kf.link_get(p_tenant, p_id);
END
$$;
