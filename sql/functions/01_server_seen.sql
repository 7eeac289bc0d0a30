-- A sign of life of an httpd, known by its machine and the process of its parent: {"kids": [ids of the keys that it
-- opens secrets with], "pictures": what is wrong with the folder of pictures, or null}.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.server_seen(p_node text, p_process int, p_sign jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
    SELECT kf.sign_put('server', format('%s/%s', left(p_node, 50), p_process), p_sign)
$$;

-- The httpds that gave a sign in the last minute: they give one every ten seconds. p_kid: those that do not know
-- that key; null: all.
CREATE OR REPLACE FUNCTION kf.servers_seen(p_kid text DEFAULT NULL)
RETURNS TABLE (node text, process int, kids jsonb, pictures text, age_s bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
    SELECT split_part(m.key, '/', 2), split_part(m.key, '/', 3)::int, v.sign->'kids', v.sign->>'pictures', a.age
    FROM kf.meta m,
         LATERAL (SELECT m.value::jsonb) AS v(sign),
         LATERAL (SELECT greatest(extract(epoch FROM clock_timestamp()) - (v.sign->>'at')::numeric, 0)::bigint) AS a(age)
    WHERE m.key LIKE 'server/%' AND a.age <= 60 AND (p_kid IS NULL OR NOT v.sign->'kids' ? p_kid)
    ORDER BY 1, 2
$$;
REVOKE ALL ON FUNCTION kf.server_seen, kf.servers_seen FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.server_seen, kf.servers_seen TO konfirmado_app, konfirmado_owner;
RESET ROLE;
