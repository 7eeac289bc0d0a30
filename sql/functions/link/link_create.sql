-- A new booking link from its document: {name, service, professional, locked, language,
-- expires_at (RFC 3339), max_uses, active}.
CREATE OR REPLACE FUNCTION kf.link_create(p_tenant uuid, p_link uuid, p_public_id text, p jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    l kf.booking_link;
BEGIN
    IF p_public_id !~ '^[A-Za-z0-9_-]{6,64}$' THEN
        PERFORM kf.refuse('KF422', 'This is not valid', 'public_id');
    END IF;
    l.tenant_id := p_tenant;
    l.link_id := p_link;
    l.public_id := p_public_id;
    l := kf.link_of(l, p);
    l.uses := 0;
    l.version := 1;
    l.created_at := kf.now();
    PERFORM kf.setup_check(p_tenant, 'links');
    INSERT INTO kf.booking_link SELECT l.*;
EXCEPTION WHEN unique_violation THEN
    PERFORM kf.refuse_field('This link is taken', 'public_id', 'taken');
END
$$;
