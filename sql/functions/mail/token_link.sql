-- Stores a request for a link without a sign-in. The same rows are written for an address without an account, with
-- unused ids. kf.links_make processes them a moment later.
CREATE OR REPLACE FUNCTION kf.link_ask(p_tenant uuid, p_staff uuid, p_purpose text, p_hash bytea, p_mail uuid,
                                       p_sealed text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    INSERT INTO kf.link_ask (tenant_id, mail_id, staff_id, purpose, token_hash, secret_sealed, created_at)
    VALUES (p_tenant, p_mail, p_staff, p_purpose, p_hash, p_sealed, kf.now());
END
$$;

-- Makes the requested links and their mails, in the order of the requests. Those of a locked person are left for the
-- next time.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.links_make(p_limit int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_former text := coalesce(current_setting('kf.tenant', true), '');
    a kf.link_ask;
BEGIN
    FOR a IN SELECT x.* FROM kf.link_ask x ORDER BY x.created_at LIMIT p_limit FOR UPDATE SKIP LOCKED LOOP
        BEGIN
            PERFORM FROM kf.staff x WHERE x.tenant_id = a.tenant_id AND x.staff_id = a.staff_id FOR NO KEY UPDATE NOWAIT;
            IF FOUND THEN
                PERFORM kf.token_link(a.tenant_id, a.staff_id, a.purpose, a.token_hash, a.mail_id, a.secret_sealed);
            END IF;
            DELETE FROM kf.link_ask x WHERE x.tenant_id = a.tenant_id AND x.mail_id = a.mail_id;
        EXCEPTION WHEN lock_not_available THEN
            NULL;
        END;
    END LOOP;
    PERFORM set_config('kf.tenant', v_former, true);
END
$$;
REVOKE ALL ON FUNCTION kf.links_make FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.links_make TO konfirmado_app, konfirmado_owner;
RESET ROLE;

-- Makes a link that a person requested without a sign-in. The purpose must fit the person's state; otherwise nothing
-- happens, silently.
CREATE OR REPLACE FUNCTION kf.token_link(p_tenant uuid, p_staff uuid, p_purpose text, p_hash bytea, p_mail uuid,
                                         p_sealed text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.staff := kf.staff_lock(p_tenant, p_staff);
BEGIN
    IF (p_purpose, s.state) IN (('verify', 'unverified'), ('reset', 'unverified'), ('reset', 'active'),
                                ('invite', 'invited')) THEN
        PERFORM kf.token_put(s, p_purpose, p_hash, p_mail, p_sealed,
            CASE p_purpose WHEN 'invite' THEN jsonb_build_object('role', s.role) ELSE '{}' END);
    END IF;
END
$$;
