-- Sets the actor for the rest of the transaction: the audit log attributes all further changes to it.
-- p_actor: {kind, id, name, ip, request_id}. Refuses changes of a suspended business.
CREATE OR REPLACE FUNCTION kf.actor_set(p_tenant uuid, p_actor jsonb, p_writes boolean) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true), set_config('kf.actor', p_actor::text, true);
    IF p_writes AND EXISTS (SELECT FROM kf.tenant t WHERE t.tenant_id = p_tenant AND t.status = 'suspended') THEN
        PERFORM kf.refuse('KF423', 'This business is suspended: nothing can be changed now');
    END IF;
END
$$;
