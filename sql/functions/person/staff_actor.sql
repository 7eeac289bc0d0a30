-- Sets the person as the actor, with the source of the request in p_visit: {ip, request_id}.
CREATE OR REPLACE FUNCTION kf.staff_actor(s kf.staff, p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM kf.actor_set(s.tenant_id, jsonb_build_object('kind', 'staff', 'id', s.staff_id, 'name', s.email,
        'ip', p_visit->>'ip', 'request_id', p_visit->>'request_id'), false);
END
$$;
