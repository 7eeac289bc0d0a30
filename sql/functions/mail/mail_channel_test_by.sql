-- Tests the merchant's own mail server with a mail to p_staff, or to the first owner if no person asks (an API key).
-- null: there is no recipient.
CREATE OR REPLACE FUNCTION kf.mail_channel_test_by(p_tenant uuid, p_id uuid, p_staff uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.staff;
BEGIN
    SELECT x.* INTO s FROM kf.staff x
    WHERE x.tenant_id = p_tenant AND x.state = 'active' AND (x.staff_id = p_staff OR x.role = 'owner')
    ORDER BY (x.staff_id = p_staff) IS TRUE DESC, x.created_at, x.staff_id LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN kf.mail_channel_test(p_tenant, p_id, s.email, s.name, s.language);
END
$$;
