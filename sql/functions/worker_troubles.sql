-- What a machine's background work has trouble with, by its own word: {what: for how many seconds}. A provider
-- that does not answer it, or "exhausted" where the database had no room. Written with each sign of life
-- (kf.worker_seen), so that other machines and the command tell of it too; {} takes it back.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.worker_troubles(p_node text, p_troubles jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_key text := 'trouble/' || left(p_node, 60);
    v_now numeric := extract(epoch FROM clock_timestamp());
BEGIN
    IF p_troubles = '{}' THEN
        DELETE FROM kf.meta m WHERE m.key = v_key;
    ELSE
        INSERT INTO kf.meta (key, value) VALUES (v_key, jsonb_build_object('at', v_now, 'troubles', p_troubles)::text)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value;
    END IF;
    DELETE FROM kf.meta m WHERE m.key LIKE 'trouble/%' AND (m.value::jsonb->>'at')::numeric < v_now - 86400;
END
$$;
REVOKE ALL ON FUNCTION kf.worker_troubles FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.worker_troubles TO konfirmado_app, konfirmado_owner;
RESET ROLE;
