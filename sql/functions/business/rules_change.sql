-- Changes the members in the document: {mails: {kind: bool}, mail_notes: {kind: {es, en}}, mail_reply_to,
-- complete_after_hours, retention_days}. Mail kinds and notes not in the document stay too; a null or empty note is
-- removed. The version is the tenant's.
CREATE OR REPLACE FUNCTION kf.rules_change(p_tenant uuid, p_version int, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_before jsonb := kf.rules_get(p_tenant) - 'version';
    t kf.tenant;
BEGIN
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = p_tenant FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM kf.version_check(t.version, p_version);
    t := jsonb_populate_record(t, kf.doc_row('rules', to_jsonb(t), p));
    IF p ? 'mails' THEN
        t.mails := t.mails || kf.doc_mails(p->'mails');
    END IF;
    IF p ? 'mail_notes' THEN
        t.mail_notes := kf.doc_notes(t.mail_notes, p->'mail_notes');
    END IF;
    IF p ? 'mail_reply_to' AND t.mail_reply_to IS NOT NULL AND NOT kf.mail_address_fits(t.mail_reply_to) THEN
        PERFORM kf.refuse_field('This is not an email address', 'mail_reply_to', 'not_an_email');
    END IF;
    t.version := t.version + 1;
    PERFORM kf.row_put('tenant', 'tenant_id', to_jsonb(t));
    PERFORM kf.audit_put(p_tenant, 'rules_changed', 'tenant', p_tenant::text, t.name, v_before,
                         kf.rules_get(p_tenant) - 'version');
    RETURN kf.rules_get(p_tenant);
END
$$;

-- The mails to be sent: {kind: bool}. The field at fault is "mails.<kind>".
CREATE OR REPLACE FUNCTION kf.doc_mails(p jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    e record;
BEGIN
    IF jsonb_typeof(p) IS DISTINCT FROM 'object' THEN
        PERFORM kf.refuse_field('This must be an object', 'mails', 'wrong_type');
    END IF;
    FOR e IN SELECT x.key, x.value, k.kind FROM jsonb_each(p) x LEFT JOIN kf.mail_kinds() k ON k.kind = x.key ORDER BY 1 LOOP
        IF e.kind IS NULL THEN
            PERFORM kf.refuse_field('This kind of mail is not known', 'mails.' || left(e.key, 50), 'not_one_of');
        ELSIF jsonb_typeof(e.value) <> 'boolean' THEN
            PERFORM kf.refuse_field('This must be true or false', 'mails.' || e.key, 'wrong_type');
        END IF;
    END LOOP;
    RETURN p;
END
$$;

-- The merchant's additions to mails: {kind: {es: text, en: text}}. The field at fault is
-- "mail_notes.<kind>.<language>".
CREATE OR REPLACE FUNCTION kf.doc_notes(p_is jsonb, p jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    e record;
    v_language text;
    v_field text;
    v_text text;
    v_notes jsonb;
BEGIN
    IF jsonb_typeof(p) IS DISTINCT FROM 'object' THEN
        PERFORM kf.refuse_field('This must be an object', 'mail_notes', 'wrong_type');
    END IF;
    FOR e IN SELECT x.key AS kind, x.value, k.noted FROM jsonb_each(p) x LEFT JOIN kf.mail_kinds() k ON k.kind = x.key
             ORDER BY 1 LOOP
        v_field := 'mail_notes.' || left(e.kind, 50);
        IF e.noted IS NOT TRUE THEN
            PERFORM kf.refuse('KF422', 'No text can be added to this kind of mail', v_field);
        ELSIF jsonb_typeof(e.value) NOT IN ('object', 'null') THEN
            PERFORM kf.refuse('KF422', 'This must be a text for each language', v_field);
        END IF;
        v_notes := CASE WHEN jsonb_typeof(e.value) = 'object' THEN coalesce(p_is->e.kind, '{}') ELSE '{}' END;
        FOR v_language IN
            SELECT x FROM jsonb_object_keys(CASE WHEN jsonb_typeof(e.value) = 'object' THEN e.value ELSE '{}' END) x
            ORDER BY 1
        LOOP
            IF v_language NOT IN ('es', 'en') THEN
                PERFORM kf.refuse_field('This language is not known', v_field || '.' || left(v_language, 10),
                                        'not_one_of');
            END IF;
            v_text := kf.doc_text(jsonb_build_object(v_field || '.' || v_language, e.value->v_language),
                                  v_field || '.' || v_language, 0, 1000, false);
            v_notes := v_notes - v_language;
            IF btrim(coalesce(v_text, '')) <> '' THEN
                v_notes := v_notes || jsonb_build_object(v_language, v_text);
            END IF;
        END LOOP;
        p_is := p_is - e.kind;
        IF v_notes <> '{}' THEN
            p_is := p_is || jsonb_build_object(e.kind, v_notes);
        END IF;
    END LOOP;
    RETURN p_is;
END
$$;
