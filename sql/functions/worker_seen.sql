-- A sign of life of background work on a machine: {job: seconds since it last could do its work}. By the
-- real clock: it tells of machines, not of bookings. Machines that are gone are forgotten in a day.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.worker_seen(p_node text, p_jobs jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now numeric := extract(epoch FROM clock_timestamp());
BEGIN
    INSERT INTO kf.meta (key, value)
    VALUES ('worker/' || left(p_node, 60), jsonb_build_object('at', v_now, 'jobs', p_jobs)::text)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value;
    DELETE FROM kf.meta m WHERE m.key LIKE 'worker/%' AND (m.value::jsonb->>'at')::numeric < v_now - 86400;
END
$$;
REVOKE ALL ON FUNCTION kf.worker_seen FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.worker_seen TO konfirmado_app, konfirmado_owner;
RESET ROLE;
