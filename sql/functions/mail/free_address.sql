-- A free booking costs nothing, and its mails go to any address that was typed. So an address may have one, at any
-- business, and further ones after its reader has followed the link of a mail. The stored data names nobody.

-- An address at one business, as confirmed by a link sent through the business's own server. The business can read such
-- mails, so the confirmation is valid for this business only.
CREATE OR REPLACE FUNCTION kf.free_address_here(p_tenant uuid, p_subject bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN sha256(uuid_send(p_tenant) || p_subject);
END
$$;

-- Whether this address may have a free booking at a business: its first one anywhere, and all after its confirmation.
-- Of two concurrent requests the second waits for the first.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.free_address_take(p_tenant uuid, p_address text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_subject bytea := kf.mail_subject(p_address);
    v_confirmed boolean;
BEGIN
    SELECT bool_or(a.confirmed_at IS NOT NULL) INTO v_confirmed
    FROM kf.free_address a
    WHERE a.until > v_now
      AND (a.subject = v_subject
           OR a.confirmed_at IS NOT NULL AND a.subject = kf.free_address_here(p_tenant, v_subject)
              AND EXISTS (SELECT FROM kf.mail_channel c WHERE c.tenant_id = p_tenant AND c.active));
    IF v_confirmed IS NOT NULL THEN
        RETURN v_confirmed;
    END IF;
    INSERT INTO kf.free_address AS a (subject, until) VALUES (v_subject, v_now + kf.kept_for('free_address'))
    ON CONFLICT (subject) DO UPDATE SET asked_at = NULL, confirmed_at = NULL, until = EXCLUDED.until WHERE a.until <= v_now;
    RETURN FOUND;
END
$$;
REVOKE ALL ON FUNCTION kf.free_address_take(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.free_address_take(uuid, text) TO konfirmado_app, konfirmado_owner;

-- Writes the confirmation mail to an address that already had its free booking, at most every five minutes. A business
-- with its own server has a separate interval: its link confirms nothing elsewhere, so it must not block requests
-- there. The number of mails is limited too (kf.mail_pass). The mail is useful for an hour.
CREATE OR REPLACE FUNCTION kf.free_address_ask(p_tenant uuid, p_address text, p_name text, p_language text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_subject bytea := kf.mail_subject(p_address);
BEGIN
    IF NOT kf.mail_address_fits(p_address)
       OR NOT EXISTS (SELECT FROM kf.free_address a
                      WHERE a.subject = v_subject AND a.confirmed_at IS NULL AND a.until > v_now) THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM kf.mail_channel c WHERE c.tenant_id = p_tenant AND c.active) THEN
        v_subject := kf.free_address_here(p_tenant, v_subject);
    END IF;
    INSERT INTO kf.free_address AS a (subject, asked_at, until) VALUES (v_subject, v_now, v_now + kf.kept_for('free_address'))
    ON CONFLICT (subject) DO UPDATE SET asked_at = v_now WHERE coalesce(a.asked_at <= v_now - interval '5 minutes', true);
    IF FOUND THEN
        INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, to_name, language, facts, next_attempt_at, created_at,
                             useful_until)
        VALUES (p_tenant, gen_random_uuid(), 'confirm_address', p_address, kf.mail_name(p_name), p_language, '{}', v_now,
                v_now, v_now + interval '1 hour');
    END IF;
END
$$;
REVOKE ALL ON FUNCTION kf.free_address_ask FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.free_address_ask TO konfirmado_app, konfirmado_owner;

-- The mail of such a link: {business, language, address, confirmed}. No row if the signature is invalid or the mail is
-- older than a day. p_confirm: confirms the address, for all businesses (a link for the use confirm) or for the one
-- whose server sent it (confirm_here).
CREATE OR REPLACE FUNCTION kf.free_address_confirm(p_token text, p_confirm boolean) RETURNS TABLE (tenant_id uuid, doc jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
    m kf.mail := kf.mail_of_link('confirm', p_token);
    v_here boolean := m.mail_id IS NULL;
    v_subject bytea;
BEGIN
    IF v_here THEN
        m := kf.mail_of_link('confirm_here', p_token);
    END IF;
    IF m.mail_id IS NULL OR m.kind <> 'confirm_address' OR m.created_at <= v_now - interval '1 day' THEN
        RETURN;
    END IF;
    v_subject := kf.mail_subject(m.to_address);
    IF v_here THEN
        v_subject := kf.free_address_here(m.tenant_id, v_subject);
    END IF;
    IF p_confirm THEN
        INSERT INTO kf.free_address AS a (subject, confirmed_at, until)
        VALUES (v_subject, v_now, v_now + kf.kept_for('confirmed_address'))
        ON CONFLICT (subject) DO UPDATE SET confirmed_at = EXCLUDED.confirmed_at, until = EXCLUDED.until;
    END IF;
    RETURN QUERY
    SELECT m.tenant_id, jsonb_build_object(
        'business', t.name, 'language', m.language, 'address', m.to_address,
        'confirmed', EXISTS (SELECT FROM kf.free_address a
                             WHERE a.subject = v_subject AND a.confirmed_at IS NOT NULL AND a.until > v_now))
    FROM kf.tenant t WHERE t.tenant_id = m.tenant_id;
END
$$;
REVOKE ALL ON FUNCTION kf.free_address_confirm FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.free_address_confirm TO konfirmado_app, konfirmado_owner;
RESET ROLE;
