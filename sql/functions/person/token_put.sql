-- Makes a new link for a purpose, with its mail; former links for it end. Verification links do not end: each belongs
-- to its own registration, and a later one by a stranger must not end the owner's. If the mail is only requested again,
-- the link is of the last registration.
-- p_mail null: no mail; the link is handed over otherwise.
CREATE OR REPLACE FUNCTION kf.token_put(s kf.staff, p_purpose text, p_hash bytea, p_mail uuid, p_sealed text,
                                        p_facts jsonb DEFAULT '{}') RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_minutes int := CASE p_purpose WHEN 'verify' THEN 24 * 60 WHEN 'reset' THEN 30 ELSE 7 * 24 * 60 END;
BEGIN
    UPDATE kf.token t SET used_at = kf.now()
    WHERE t.tenant_id = s.tenant_id AND t.staff_id = s.staff_id AND t.purpose = p_purpose AND t.used_at IS NULL
      AND p_purpose <> 'verify';
    INSERT INTO kf.token (tenant_id, token_id, staff_id, purpose, token_hash, created_at, expires_at, registration)
    VALUES (s.tenant_id, gen_random_uuid(), s.staff_id, p_purpose, p_hash, kf.now(),
            kf.now() + make_interval(mins => v_minutes),
            CASE p_purpose WHEN 'verify' THEN (
                SELECT t.registration FROM kf.token t
                WHERE t.tenant_id = s.tenant_id AND t.staff_id = s.staff_id AND t.purpose = 'verify'
                  AND t.registration->>'password_hash' = s.password_hash LIMIT 1) END);
    IF p_mail IS NOT NULL THEN
        PERFORM kf.mail_put(s.tenant_id, p_mail, p_purpose, s.email, s.name, s.language,
                            p_facts || jsonb_build_object('minutes', v_minutes), p_sealed);
    END IF;
END
$$;
