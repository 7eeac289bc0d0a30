-- A sign of life of the background work of an httpd, known by its machine and the process of its parent
-- (machine/process; an older one's by its machine alone). p_jobs: {job: seconds since it last could do its work; null:
-- it never could}. p_troubles: {what: for how many seconds}, by its own word: a provider that does not answer it, or
-- "exhausted" where the database had no room.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.worker_seen(p_node text, p_jobs jsonb, p_troubles jsonb DEFAULT '{}') RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
    SELECT kf.sign_put('worker', left(p_node, 61), jsonb_build_object('jobs', p_jobs, 'troubles', p_troubles))
$$;
REVOKE ALL ON FUNCTION kf.worker_seen(text, jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.worker_seen(text, jsonb, jsonb) TO konfirmado_app, konfirmado_owner;
RESET ROLE;
