-- An invited person comes. p: {name, password_hash}.
CREATE OR REPLACE FUNCTION kf.staff_accept(p_hash bytea, p jsonb, p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    s kf.staff := kf.token_take('invite', p_hash);
BEGIN
    IF s.state <> 'invited' THEN
        PERFORM kf.refuse('KF416', 'This link is not valid any more');
    END IF;
    PERFORM kf.staff_actor(s, p_visit);
    UPDATE kf.staff x SET state = 'active', name = kf.doc_text(p, 'name', 2, 100, true),
        password_hash = p->>'password_hash', password_changed_at = kf.now(), version = x.version + 1
    WHERE x.tenant_id = s.tenant_id AND x.staff_id = s.staff_id;
END
$$;
