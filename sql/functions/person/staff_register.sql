-- A host label for a business, from its name; p_turn: the number of the attempt.
CREATE OR REPLACE FUNCTION kf.subdomain_of(p_name text, p_turn int) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    v text := translate(lower(p_name), 'áàâäãåéèêëíìîïóòôöõúùûüñç', 'aaaaaaeeeeiiiiooooouuuunc');
BEGIN
    v := rtrim(left(trim(regexp_replace(v, '[^a-z0-9]+', '-', 'g'), '-'), 40), '-');
    IF length(v) < 3 THEN
        v := trim('negocio-' || v, '-');
    END IF;
    RETURN v || CASE WHEN p_turn > 9 THEN '-' || left(replace(gen_random_uuid()::text, '-', ''), 8)
                     WHEN p_turn > 1 THEN '-' || p_turn ELSE '' END;
END
$$;

-- Creates a business of that name under the first free label. It is not trusted yet (kf.quota_of).
CREATE OR REPLACE FUNCTION kf.tenant_register(p_tenant uuid, p_name text, p_language text, p_approval boolean) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_field text;
    v_reason text;
BEGIN
    FOR v_turn IN 1..12 LOOP
        BEGIN
            PERFORM kf.tenant_put(p_tenant, jsonb_build_object('name', p_name, 'language', p_language,
                'subdomain', kf.subdomain_of(p_name, v_turn)), NULL, p_approval);
            RETURN;
        EXCEPTION WHEN SQLSTATE 'KF422' THEN -- taken or reserved
            GET STACKED DIAGNOSTICS v_field = COLUMN_NAME, v_reason = CONSTRAINT_NAME;
            IF v_field <> 'subdomain' THEN
                PERFORM kf.refuse_field(SQLERRM, CASE v_field WHEN 'name' THEN 'business' ELSE v_field END, v_reason);
            END IF;
        END;
    END LOOP;
    PERFORM kf.refuse('KF409', 'No free address was found for this business');
END
$$;

-- Writes the mail of a registration. Its link carries the registered data, which is applied only when the link is
-- followed.
CREATE OR REPLACE FUNCTION kf.registration_put(s kf.staff, p jsonb, p_hash bytea, p_mail uuid, p_sealed text)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM kf.token_put(s, 'verify', p_hash, p_mail, p_sealed);
    UPDATE kf.token t SET registration = jsonb_build_object('business', kf.doc_text(p, 'business', 2, 100, true),
        'language', p->>'language', 'password_hash', p->>'password_hash')
    WHERE t.tenant_id = s.tenant_id AND t.token_hash = p_hash;
END
$$;

-- Registers a business with its owner, who must follow the link of a mail. p: {business, email, language,
-- password_hash, approval (true: the operator must approve it first)}. KF409 of "email": the address has an account.
CREATE OR REPLACE FUNCTION kf.staff_register(p_tenant uuid, p_staff uuid, p jsonb, p_hash bytea, p_mail uuid,
                                             p_sealed text, p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    s kf.staff;
BEGIN
    PERFORM kf.tenant_register(p_tenant, kf.doc_text(p, 'business', 2, 100, true), p->>'language',
                               coalesce((p->>'approval')::boolean, false));
    s.tenant_id := p_tenant;
    s.staff_id := p_staff;
    s.email := lower(kf.doc_email(p, 'email', true));
    PERFORM kf.staff_actor(s, p_visit);
    INSERT INTO kf.staff (tenant_id, staff_id, email, role, state, language, password_hash, password_changed_at,
                          created_at)
    VALUES (p_tenant, p_staff, s.email, 'owner', 'unverified', p->>'language', p->>'password_hash', kf.now(),
            kf.now())
    RETURNING * INTO s;
    PERFORM kf.registration_put(s, p, p_hash, p_mail, p_sealed);
EXCEPTION WHEN unique_violation THEN
    IF SQLERRM LIKE '%staff_email%' THEN
        PERFORM kf.refuse('KF409', 'This address has an account', 'email');
    END IF;
    RAISE;
END
$$;

-- Registers again with an unverified address. The owner of the address is still unknown: the link of each registration
-- stays valid, and the one that is followed counts. Until then the last registration's password only leads to the
-- answer that the address is not verified.
CREATE OR REPLACE FUNCTION kf.staff_register_again(p_tenant uuid, p_staff uuid, p jsonb, p_hash bytea, p_mail uuid,
                                                   p_sealed text, p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.staff := kf.staff_lock(p_tenant, p_staff);
BEGIN
    IF s.state IS DISTINCT FROM 'unverified' THEN
        RETURN; -- verified meanwhile
    END IF;
    PERFORM kf.staff_actor(s, p_visit);
    UPDATE kf.staff x SET password_hash = p->>'password_hash', password_changed_at = kf.now()
    WHERE x.tenant_id = p_tenant AND x.staff_id = p_staff;
    s.language := p->>'language';
    PERFORM kf.registration_put(s, p, p_hash, p_mail, p_sealed);
END
$$;
