-- Makes a new link for connecting a professional's calendar, valid for a week; former links end. {email}, if given,
-- receives it by mail in {language}, and becomes the professional's address if they have none. null: no such
-- professional.
CREATE OR REPLACE FUNCTION kf.calendar_invite(p_tenant uuid, p_professional uuid, p_invitation uuid,
    p_token_hash bytea, p jsonb, p_mail uuid, p_secret_sealed text) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_email text := kf.doc_email(p, 'email', false);
    v_language text := kf.doc_word(p, 'language', (SELECT t.language FROM kf.tenant t WHERE t.tenant_id = p_tenant),
                                   ARRAY['es', 'en']);
    v_expires timestamptz := kf.now() + interval '7 days';
    f kf.professional := kf.professional_lock(p_tenant, p_professional, NULL);
BEGIN
    PERFORM kf.doc_members(p, ARRAY['email', 'language']);
    IF f.professional_id IS NULL THEN
        RETURN NULL;
    ELSIF f.archived_at IS NOT NULL THEN
        PERFORM kf.refuse('KF409', 'This professional is archived: restore them first');
    END IF;
    UPDATE kf.calendar_invitation x SET used_at = kf.now()
    WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND x.used_at IS NULL;
    INSERT INTO kf.calendar_invitation (tenant_id, invitation_id, professional_id, token_hash, created_at, expires_at)
    VALUES (p_tenant, p_invitation, p_professional, p_token_hash, kf.now(), v_expires);
    IF v_email IS NOT NULL THEN
        PERFORM kf.mail_put(p_tenant, p_mail, 'calendar_invite', v_email, f.name, v_language,
                            jsonb_build_object('professional', f.name, 'minutes', 7 * 24 * 60), p_secret_sealed);
        UPDATE kf.professional x SET email = v_email, version = x.version + 1
        WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND x.email IS NULL;
    END IF;
    PERFORM kf.audit_put(p_tenant, 'calendar_invited', 'professional', p_professional::text, f.name, NULL,
                         jsonb_build_object('email', v_email));
    RETURN jsonb_build_object('expires_at', kf.iso_local(v_expires, kf.tenant_zone(p_tenant)),
                              'mailed', v_email IS NOT NULL);
END
$$;
