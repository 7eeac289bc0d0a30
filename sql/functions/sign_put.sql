-- Writes a sign of life as kf.meta's 'KIND/NAME'. "at" is the real clock (seconds since 1970), because it is about
-- machines, not bookings. Signs older than a day are deleted.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.sign_put(p_kind text, p_name text, p_sign jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_now numeric := extract(epoch FROM clock_timestamp());
BEGIN
    INSERT INTO kf.meta (key, value) VALUES (p_kind || '/' || p_name, (p_sign || jsonb_build_object('at', v_now))::text)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value;
    DELETE FROM kf.meta m WHERE m.key LIKE p_kind || '/%' AND (m.value::jsonb->>'at')::numeric < v_now - 86400;
END
$$;
REVOKE ALL ON FUNCTION kf.sign_put FROM PUBLIC, konfirmado_app;
RESET ROLE;
