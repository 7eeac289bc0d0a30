-- A sign of life of the background work of an httpd, known by its machine and the process of its parent
-- (machine/process; an older one's by its machine alone). p_jobs: {job: seconds since it last could do its work; null:
-- it never could}. p_troubles: {what: for how many seconds}, by its own word: a provider that does not answer it, or
-- "exhausted" where the database had no room. p_mail: whether it has a server for mails; null: it does not say.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.worker_seen(p_node text, p_jobs jsonb, p_troubles jsonb DEFAULT '{}', p_mail boolean DEFAULT NULL)
RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
    SELECT kf.sign_put('worker', left(p_node, 61), jsonb_build_object('jobs', p_jobs, 'troubles', p_troubles, 'mail', p_mail))
$$;
REVOKE ALL ON FUNCTION kf.worker_seen(text, jsonb, jsonb, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.worker_seen(text, jsonb, jsonb, boolean) TO konfirmado_app, konfirmado_owner;
RESET ROLE;
