-- Cleans up expired calendar data: unfinished consents (with their grants), old invitations and channels, conflicts
-- with bookings that are over.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.calendar_sweep(p_limit int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    WITH past AS MATERIALIZED (
        SELECT x.tenant_id, x.grant_id FROM kf.calendar_grant x
        WHERE x.expires_at < v_now ORDER BY x.expires_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    )
    DELETE FROM kf.calendar_grant g USING past WHERE g.tenant_id = past.tenant_id AND g.grant_id = past.grant_id;
    WITH past AS MATERIALIZED (
        SELECT x.tenant_id, x.invitation_id FROM kf.calendar_invitation x
        WHERE x.expires_at < v_now - interval '30 days'
          AND NOT EXISTS (SELECT FROM kf.calendar_grant g
                          WHERE g.tenant_id = x.tenant_id AND g.invitation_id = x.invitation_id)
        ORDER BY x.expires_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    )
    DELETE FROM kf.calendar_invitation i USING past
    WHERE i.tenant_id = past.tenant_id AND i.invitation_id = past.invitation_id;
    WITH past AS MATERIALIZED (
        SELECT x.tenant_id, x.channel_id FROM kf.calendar_channel x
        WHERE x.state <> 'stopping' AND x.expires_at < v_now - interval '7 days'
        ORDER BY x.expires_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    )
    DELETE FROM kf.calendar_channel h USING past WHERE h.tenant_id = past.tenant_id AND h.channel_id = past.channel_id;
    WITH past AS MATERIALIZED (
        SELECT x.tenant_id, x.conflict_id
        FROM kf.calendar_conflict x JOIN kf.booking b USING (tenant_id, booking_id)
        WHERE x.resolved_at IS NULL AND b.slot_end <= v_now
        LIMIT p_limit FOR UPDATE OF x SKIP LOCKED
    )
    UPDATE kf.calendar_conflict c SET resolved_at = v_now, resolution = 'booking_over'
    FROM past WHERE c.tenant_id = past.tenant_id AND c.conflict_id = past.conflict_id;
END
$$;
REVOKE ALL ON FUNCTION kf.calendar_sweep FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.calendar_sweep TO konfirmado_app, konfirmado_owner;
RESET ROLE;
