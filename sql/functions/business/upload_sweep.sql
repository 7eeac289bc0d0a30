-- Whether any object of a tenant shows a picture: as a logo, a photo, or the picture of a service. The same expressions
-- are indexed.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.upload_shown(p_name text) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM kf.tenant t
                   WHERE substring(t.logo_url FROM '/uploads/([A-Za-z0-9_-]+[.][a-z]+)') = p_name)
        OR EXISTS (SELECT FROM kf.professional p
                   WHERE substring(p.photo_url FROM '/uploads/([A-Za-z0-9_-]+[.][a-z]+)') = p_name)
        OR EXISTS (SELECT FROM kf.service s
                   WHERE substring(s.image_url FROM '/uploads/([A-Za-z0-9_-]+[.][a-z]+)') = p_name);
END
$$;

-- Deletes replaced pictures. Each is checked once a day, and deleted when nothing has shown it for a week, since pages
-- sent before may name it that long. At most p_limit are checked. Returns their names; the caller removes files in the
-- operator's folder before the commit.
CREATE OR REPLACE FUNCTION kf.upload_sweep(p_limit int)
RETURNS TABLE (name text, in_folder boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_shown boolean;
    u record;
BEGIN
    FOR u IN
        SELECT x.tenant_id, x.upload_id, x.name, x.unused_since, x.bytes IS NULL AS in_folder FROM kf.upload x
        WHERE x.checked_at <= v_now - interval '1 day'
        ORDER BY x.checked_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    LOOP
        v_shown := kf.upload_shown(u.name);
        IF NOT v_shown AND u.unused_since <= v_now - interval '7 days' THEN
            DELETE FROM kf.upload x WHERE x.tenant_id = u.tenant_id AND x.upload_id = u.upload_id;
            name := u.name;
            in_folder := u.in_folder;
            RETURN NEXT;
        ELSE
            UPDATE kf.upload x
            SET checked_at = v_now, unused_since = CASE WHEN NOT v_shown THEN coalesce(x.unused_since, v_now) END
            WHERE x.tenant_id = u.tenant_id AND x.upload_id = u.upload_id;
        END IF;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION kf.upload_sweep, kf.upload_shown FROM PUBLIC;
REVOKE ALL ON FUNCTION kf.upload_shown FROM konfirmado_app;
GRANT EXECUTE ON FUNCTION kf.upload_sweep TO konfirmado_app, konfirmado_owner;
RESET ROLE;
