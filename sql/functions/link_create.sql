-- A new booking link from its document: {name, service, professional, locked, language,
-- expires_at (RFC 3339), max_uses, active}.
CREATE OR REPLACE FUNCTION kf.link_create(p_tenant uuid, p_link uuid, p_public_id text, p jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    PERFORM kf.doc_members(p, ARRAY['name', 'service', 'professional', 'locked', 'language',
                                    'expires_at', 'max_uses', 'active']);
    IF p_public_id !~ '^[A-Za-z0-9_-]{6,64}$' THEN
        PERFORM kf.refuse('KF422', 'This is not valid', 'public_id');
    END IF;
    INSERT INTO kf.booking_link (tenant_id, link_id, public_id, name, service_id, professional_id,
                                 locked, language, expires_at, max_uses, active, created_at)
    VALUES (p_tenant, p_link, p_public_id, kf.doc_text(p, 'name', 1, 100, true),
            kf.doc_uuid(p, 'service', false), kf.doc_uuid(p, 'professional', false),
            kf.doc_bool(p, 'locked', false), kf.doc_match(p, 'language', '^(es|en)$', false),
            kf.doc_match(p, 'expires_at',
                '^2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}(Z|[+-][0-9]{2}:[0-9]{2})$', false)::timestamptz,
            kf.doc_int(p, 'max_uses', 1, 1000000000, false), kf.doc_bool(p, 'active', true), kf.now());
EXCEPTION
    WHEN foreign_key_violation THEN
        PERFORM kf.refuse('KF422', 'There is no such service or professional',
                          CASE WHEN SQLERRM LIKE '%professional%' THEN 'professional' ELSE 'service' END);
    WHEN unique_violation THEN
        PERFORM kf.refuse('KF422', 'This link is taken', 'public_id');
    WHEN datetime_field_overflow OR invalid_datetime_format THEN
        PERFORM kf.refuse('KF422', 'This is not an instant', 'expires_at');
END
$$;
