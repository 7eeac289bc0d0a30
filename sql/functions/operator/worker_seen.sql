-- Stores a sign of life of an httpd's background work, identified by machine/process (an older one by its machine
-- alone).
-- p_jobs: {job: seconds since its last success; null: never}.
-- p_troubles: {problem: its duration in seconds}, as reported: a provider that does not answer, or "exhausted" when the
-- database had no room.
-- p_mail: whether it has a mail server; null: not reported.
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
