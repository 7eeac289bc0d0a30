-- Writes a mail in the transaction of the change. An address or a name that could end a line of a mail header is
-- refused, whatever its source.
-- p_facts, by kind (all optional; the business and the time are known without them):
--   verify, reset, invite   minutes: how long the link works
--   invite                  by: the name of the inviting person, role: "owner" or "staff"
--   new_sign_in             ip, device (the user agent)
--   password_changed        ip
--   totp_changed            enabled: true or false, ip
--   already_registered, channel_test    none
--   calendar_invite         professional: the recipient, minutes
--   calendar_error          professional, professional_id, provider, account_email, reason: "revoked",
--                           "scopes" or "calendar_gone"
--   calendar_unreadable     the same, reason: what the provider said
-- p_secret_sealed: the token of the link of verify, reset and the invitations; null for the others.
CREATE OR REPLACE FUNCTION kf.mail_put(p_tenant uuid, p_id uuid, p_kind text, p_to text, p_name text,
    p_language text, p_facts jsonb, p_secret_sealed text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    IF NOT kf.mail_address_fits(p_to) THEN
        PERFORM kf.refuse_field('This is not an email address', 'email', 'not_an_email');
    ELSIF p_name ~ '[[:cntrl:]]' OR length(p_name) > 100 THEN
        PERFORM kf.refuse('KF422', 'A name may have at most 100 characters and no control characters', 'name');
    ELSIF kf.mail_to(p_kind) IN ('account', 'system') IS NOT TRUE THEN
        PERFORM kf.refuse_field('This kind of mail is not known', 'kind', 'not_one_of');
    ELSIF kf.mail_has_link(p_kind) <> (p_secret_sealed IS NOT NULL) THEN
        PERFORM kf.refuse('KF422', 'A mail with a link must have a secret, others must not', 'secret');
    ELSIF coalesce(jsonb_typeof(p_facts), 'object') <> 'object' OR length(p_facts::text) > 8000 THEN
        PERFORM kf.refuse('KF422', 'The facts of a mail must be a small object', 'facts');
    END IF;
    INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, to_name, language, facts, secret_sealed,
                         next_attempt_at, created_at)
    VALUES (p_tenant, p_id, p_kind, p_to, coalesce(p_name, ''), coalesce(p_language, 'es'),
            coalesce(p_facts, '{}'), p_secret_sealed, kf.now(), kf.now());
END
$$;
