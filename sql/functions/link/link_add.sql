-- A new booking link with an unguessable name.
CREATE OR REPLACE FUNCTION kf.link_add(p_tenant uuid, p_id uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_public text;
BEGIN
    LOOP    -- a name beginning with a dash would look like an option
        v_public := translate(encode(substr(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 1, 12),
                                     'base64'), '+/', '-_');
        EXIT WHEN v_public !~ '^-';
    END LOOP;
    PERFORM kf.link_create(p_tenant, p_id, v_public, p);
    RETURN kf.link_get(p_tenant, p_id);
END
$$;
