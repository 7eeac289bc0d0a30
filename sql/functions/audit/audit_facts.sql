-- A row without the columns that only the machine changes.
CREATE OR REPLACE FUNCTION kf.audit_facts(p jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT p - ARRAY['tenant_id', 'version', 'catalog_version', 'created_at', 'updated_at', 'uses', 'bytes',
                     'last_login_at', 'last_used_at', 'totp_last_step', 'tested_at', 'test_result',
                     'password_changed_at', 'created_by', 'checked_at', 'unused_since']
$$;

-- The same with secrets masked: a change is visible, the value is not.
CREATE OR REPLACE FUNCTION kf.audit_masked(p jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT jsonb_object_agg(f.key, CASE WHEN f.key ~ '(_sealed|_hash|^sealed|^hook_id)$' AND f.value <> 'null'
                                        THEN '"***"' ELSE f.value END)
    FROM jsonb_each(p) f
$$;
