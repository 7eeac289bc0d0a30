-- Stores a sign of life of an httpd, identified by its machine and parent process: {"kids": [ids of the keys that it
-- knows], "pictures": the problem with the folder of pictures, or null}.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.server_seen(p_node text, p_process int, p_sign jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
    SELECT kf.sign_put('server', format('%s/%s', translate(left(p_node, 50), '/', '-'), p_process), jsonb_build_object(
        'kids', CASE jsonb_typeof(p_sign->'kids') WHEN 'array' THEN p_sign->'kids' ELSE '[]' END,
        'pictures', p_sign->>'pictures'))
$$;

-- The httpds with a sign of life in the last minute; they give one every ten seconds. p_kid: only those that do not
-- know that key, and also those silent for up to a day with no later sign from their machine: they may be hanging, or
-- the database was away. null: all.
CREATE OR REPLACE FUNCTION kf.servers_seen(p_kid text DEFAULT NULL)
RETURNS TABLE (node text, process int, kids jsonb, pictures text, age_s bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
    WITH signs AS (
        SELECT split_part(m.key, '/', 2) AS node, split_part(m.key, '/', 3)::int AS process, v.sign->'kids' AS kids,
               v.sign->>'pictures' AS pictures,
               greatest(extract(epoch FROM clock_timestamp()) - (v.sign->>'at')::numeric, 0)::bigint AS age_s
        FROM kf.meta m, LATERAL (SELECT m.value::jsonb) AS v(sign)
        WHERE m.key LIKE 'server/%'
    )
    SELECT s.* FROM signs s
    WHERE CASE WHEN p_kid IS NULL THEN s.age_s <= 60
               ELSE NOT s.kids ? p_kid
                    AND (s.age_s <= 60 OR NOT EXISTS (SELECT FROM signs o WHERE o.node = s.node AND o.age_s < s.age_s)) END
    ORDER BY 1, 2
$$;
REVOKE ALL ON FUNCTION kf.server_seen, kf.servers_seen FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.server_seen, kf.servers_seen TO konfirmado_app, konfirmado_owner;
RESET ROLE;
