-- Takes a use of a link with a maximum, or refuses if none is left. Uses of other links are not counted, because a row
-- changed by every booking would serialize them. The booking is already written, and its reference to the link prevents
-- kf.link_change from setting a maximum now. The last step of an act, since the row stays locked to its end.
CREATE OR REPLACE FUNCTION kf.link_use(p_tenant uuid, p_link uuid) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM kf.booking_link l
                   WHERE l.tenant_id = p_tenant AND l.link_id = p_link AND l.max_uses IS NOT NULL) THEN
        RETURN;
    END IF;
    UPDATE kf.booking_link l SET uses = l.uses + 1
    WHERE l.tenant_id = p_tenant AND l.link_id = p_link AND l.uses < l.max_uses;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF411', 'This booking link is not valid');
    END IF;
END
$$;

-- Returns uses of links (p_step -1: a booking that was never paid) or takes uses without a refusal (1: late money). The
-- arrays name a link once for each booking. Also the last step of an act. All links are locked before one changes, and
-- they change in the order of the tenants, because a link that becomes used up, or free again, increments the version
-- of its tenant's catalogue.
CREATE OR REPLACE FUNCTION kf.link_uses_add(p_tenants uuid[], p_links uuid[], p_step int) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant uuid;
BEGIN
    IF cardinality(p_links) = 0 THEN
        RETURN;
    END IF;
    PERFORM FROM kf.booking_link l
    WHERE (l.tenant_id, l.link_id) IN (SELECT u.tenant, u.link FROM unnest(p_tenants, p_links) u(tenant, link))
    ORDER BY l.tenant_id, l.link_id
    FOR NO KEY UPDATE;
    FOR v_tenant IN SELECT DISTINCT u FROM unnest(p_tenants) u ORDER BY u LOOP
        UPDATE kf.booking_link l SET uses = greatest(l.uses + p_step * q.n, 0)
        FROM (SELECT u.link, count(*)::int AS n FROM unnest(p_tenants, p_links) u(tenant, link)
              WHERE u.tenant = v_tenant GROUP BY u.link) q
        WHERE l.tenant_id = v_tenant AND l.link_id = q.link AND l.max_uses IS NOT NULL;
    END LOOP;
END
$$;

-- The bookings counted against a link: all but those that were never paid.
CREATE OR REPLACE FUNCTION kf.link_used(l kf.booking_link) RETURNS int
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT count(*) FROM kf.booking b
            WHERE b.tenant_id = l.tenant_id AND b.link_id = l.link_id AND b.status NOT IN ('failed', 'expired'));
END
$$;

-- The settled bookings made through a link.
CREATE OR REPLACE FUNCTION kf.link_booked(l kf.booking_link) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT count(*) FROM kf.booking b
            WHERE b.tenant_id = l.tenant_id AND b.link_id = l.link_id
              AND b.status IN ('paid', 'confirmed', 'completed', 'no_show'));
END
$$;
