-- Stores a picture and uses it as the logo of the business, the photo of a professional or the picture of a service
-- (p_object). p: {kind, name, media_type, size}. p_bytes null: the picture is in the operator's folder. Returns the
-- document of the object; null if there is none.
CREATE OR REPLACE FUNCTION kf.upload_put(p_tenant uuid, p_object uuid, p_version int, p jsonb, p_bytes bytea)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_actor jsonb := coalesce(NULLIF(current_setting('kf.actor', true), ''), '{}')::jsonb;
    v_kind text := p->>'kind';
    v_url jsonb := to_jsonb('/uploads/' || (p->>'name'));
    v_doc jsonb;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['kind', 'name', 'media_type', 'size']);
    CASE v_kind
    WHEN 'logo' THEN
        v_doc := kf.branding_change(p_tenant, p_version, jsonb_build_object('logo_url', v_url));
    WHEN 'photo' THEN
        v_doc := kf.professional_change(p_tenant, p_object, p_version, jsonb_build_object('photo_url', v_url));
    WHEN 'image' THEN
        v_doc := kf.service_change(p_tenant, p_object, p_version, jsonb_build_object('image_url', v_url));
    END CASE;
    IF v_doc IS NULL THEN
        RETURN NULL;
    END IF;
    -- the change above holds a row lock, so uploads of one kind are counted one after the other
    IF (SELECT count(*) FROM kf.upload u
        WHERE u.tenant_id = p_tenant AND u.created_at > kf.now() - interval '1 day') >= 200 THEN
        PERFORM kf.refuse('KF429', 'Too many pictures in one day: try again tomorrow');
    END IF;
    INSERT INTO kf.upload (tenant_id, upload_id, name, kind, media_type, size, bytes, created_by, created_at)
    VALUES (p_tenant, gen_random_uuid(), p->>'name', v_kind, p->>'media_type', (p->>'size')::int, p_bytes,
            CASE WHEN v_actor->>'kind' = 'staff' THEN (v_actor->>'id')::uuid END, kf.now());
    RETURN v_doc;
END
$$;
