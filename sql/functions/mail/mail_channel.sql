-- The merchant's own mail server, without its secret. null: the operator's server is used.
CREATE OR REPLACE FUNCTION kf.mail_channel_get(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
BEGIN
    RETURN (SELECT to_jsonb(c) - ARRAY['tenant_id', 'secret_sealed'] || jsonb_build_object(
                'has_secret', c.secret_sealed IS NOT NULL, 'tested_at', kf.iso_local(c.tested_at, v_zone),
                'updated_at', kf.iso_local(c.updated_at, v_zone))
            FROM kf.mail_channel c WHERE c.tenant_id = p_tenant);
END
$$;

-- Sets it: {kind, host, port, security, username, from_name, from_address, active}. p_version null: any version.
-- p_secret_sealed null: keeps the existing secret, but only for the same server and user.
CREATE OR REPLACE FUNCTION kf.mail_channel_put(p_tenant uuid, p_version int, p jsonb, p_secret_sealed text)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_kind text;
    o kf.mail_channel;
    c kf.mail_channel;
BEGIN
    c := jsonb_populate_record(c, kf.doc_row('channel', '{}', p));
    PERFORM FROM kf.tenant t WHERE t.tenant_id = p_tenant FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT x.* INTO o FROM kf.mail_channel x WHERE x.tenant_id = p_tenant FOR UPDATE;
    PERFORM kf.version_check(coalesce(o.version, 0), p_version);
    PERFORM kf.doc_text(p, 'kind', 1, 10, true);
    v_kind := kf.doc_word(p, 'kind', '', ARRAY['smtp', 'resend']);
    c.tenant_id := p_tenant;
    c.kind := v_kind;
    c.host := lower(kf.doc_match(p, 'host', '^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$',
                                 v_kind = 'smtp'));
    IF length(c.host) > 253 THEN
        PERFORM kf.refuse('KF422', 'The name of a server may have at most 253 characters', 'host');
    END IF;
    c.port := kf.doc_int(p, 'port', 1, 65535, v_kind = 'smtp');
    c.security := CASE v_kind WHEN 'smtp' THEN kf.doc_word(p, 'security', 'starttls', ARRAY['starttls', 'tls'])
                  ELSE kf.doc_text(p, 'security', 0, 10, false) END;
    IF v_kind = 'resend' AND (c.host IS NOT NULL OR c.port IS NOT NULL OR c.security IS NOT NULL) THEN
        PERFORM kf.refuse('KF422', 'Resend needs only its key',
                          CASE WHEN c.host IS NOT NULL THEN 'host' WHEN c.port IS NOT NULL THEN 'port' ELSE 'security' END);
    END IF;
    IF c.username ~ '[[:cntrl:]]' THEN
        PERFORM kf.refuse_field('Control characters are not allowed', 'username', 'bad_characters');
    ELSIF c.from_name ~ '[[:cntrl:]<>"]' THEN
        PERFORM kf.refuse('KF422', 'A name must be a single line without < > "', 'from_name');
    ELSIF NOT kf.mail_address_fits(c.from_address) THEN
        PERFORM kf.refuse_field('This is not an email address', 'from_address', 'not_an_email');
    ELSIF p_secret_sealed IS NULL AND (o.kind, o.host, o.port, o.username)
                                      IS DISTINCT FROM (c.kind, c.host, c.port, c.username)
          AND (v_kind = 'resend' OR c.username <> '') THEN
        PERFORM kf.refuse('KF422', 'Another server or user needs its own password', 'secret');
    END IF;
    c.secret_sealed := CASE WHEN p_secret_sealed IS NOT NULL THEN p_secret_sealed
                            WHEN v_kind = 'resend' OR c.username <> '' THEN o.secret_sealed END;
    c.updated_at := kf.now();
    c.version := coalesce(o.version, 0) + 1;
    INSERT INTO kf.mail_channel SELECT c.*
    ON CONFLICT (tenant_id) DO UPDATE
    SET (kind, host, port, security, username, secret_sealed, from_name, from_address, active, tested_at, test_result,
         updated_at, version) =
        (c.kind, c.host, c.port, c.security, c.username, c.secret_sealed, c.from_name, c.from_address, c.active, NULL, NULL,
         c.updated_at, c.version);
    -- Waiting mails are tried through it at once.
    UPDATE kf.mail m SET next_attempt_at = c.updated_at
    WHERE m.tenant_id = p_tenant AND m.state = 'due' AND m.next_attempt_at > c.updated_at AND c.active;
    PERFORM kf.audit_put(p_tenant, 'mail_channel_changed', 'mail_channel', v_kind, c.from_address,
        CASE WHEN o.tenant_id IS NOT NULL THEN kf.audit_masked(to_jsonb(o) - ARRAY['tenant_id', 'updated_at', 'version']) END,
        kf.audit_masked(to_jsonb(c) - ARRAY['tenant_id', 'updated_at', 'version']));
    RETURN kf.mail_channel_get(p_tenant);
END
$$;

-- Removes it: mails use the operator's server again. false: there was none.
CREATE OR REPLACE FUNCTION kf.mail_channel_remove(p_tenant uuid) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    c kf.mail_channel;
BEGIN
    DELETE FROM kf.mail_channel x WHERE x.tenant_id = p_tenant RETURNING x.* INTO c;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM kf.audit_put(p_tenant, 'mail_channel_removed', 'mail_channel', c.kind, c.from_address);
    RETURN true;
END
$$;

-- The same as a document: {}, null if there was none.
CREATE OR REPLACE FUNCTION kf.mail_channel_off(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN CASE WHEN kf.mail_channel_remove(p_tenant) THEN '{}'::jsonb END;
END
$$;

-- Stores the result of a test mail.
CREATE OR REPLACE FUNCTION kf.mail_channel_tested(p_tenant uuid, p_ok boolean, p_text text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    UPDATE kf.mail_channel c
    SET tested_at = kf.now(), test_result = CASE WHEN p_ok THEN 'ok' ELSE left(coalesce(NULLIF(p_text, ''), 'failed'), 500) END
    WHERE c.tenant_id = p_tenant;
END
$$;

-- Sends a test mail through it, active or not, to an owner. KF404: there is none. The result comes with that of the
-- mail.
CREATE OR REPLACE FUNCTION kf.mail_channel_test(p_tenant uuid, p_id uuid, p_to text, p_name text, p_language text)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    UPDATE kf.mail_channel c SET tested_at = NULL, test_result = NULL WHERE c.tenant_id = p_tenant;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no mail server of your own');
    ELSIF EXISTS (SELECT FROM kf.mail m WHERE m.tenant_id = p_tenant AND m.kind = 'channel_test'
                    AND m.state IN ('due', 'sending') AND m.useful_until > kf.now()) THEN
        RETURN kf.mail_channel_get(p_tenant); -- a test is running already
    END IF;
    PERFORM kf.mail_put(p_tenant, p_id, 'channel_test', p_to, p_name, p_language, '{}', NULL);
    UPDATE kf.mail m SET useful_until = kf.now() + interval '10 minutes' WHERE m.tenant_id = p_tenant AND m.mail_id = p_id;
    PERFORM kf.audit_put(p_tenant, 'mail_channel_test', 'mail_channel', '', p_to);
    RETURN kf.mail_channel_get(p_tenant);
END
$$;
