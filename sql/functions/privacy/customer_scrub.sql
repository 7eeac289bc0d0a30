-- Erases an address outside of its bookings: places in waiting lists, mails, searches in the audit log (for p_words). A
-- person of the merchant with the same address keeps the mails of their account.
SET ROLE konfirmado_privacy;
CREATE OR REPLACE FUNCTION kf.customer_scrub(p_tenant uuid, p_email text, p_words text[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_waiting int;
    v_mails int;
BEGIN
    v_waiting := kf.scrub_waiting(p_tenant, ARRAY(
        SELECT x.waiting_id FROM kf.waiting x WHERE x.tenant_id = p_tenant AND lower(x.email) = lower(p_email)
        ORDER BY x.waiting_id FOR UPDATE));
    v_mails := kf.scrub_mails(p_tenant, p_email, 'infinity');
    UPDATE kf.audit a SET after = a.after || '{"search":"***"}'
    WHERE a.tenant_id = p_tenant AND a.action = 'export_started' AND a.after ? 'search'
      AND EXISTS (SELECT FROM unnest(p_words) w, regexp_split_to_table(kf.search_fold(a.after->>'search'), '\s+') s
                  WHERE w <> '' AND s <> '' AND strpos(kf.search_fold(w), s) > 0);
    RETURN jsonb_build_object('waiting', v_waiting, 'mails', v_mails);
END
$$;

-- Erases mails to an address that are older than p_before, except those of an account. Returns their number.
CREATE OR REPLACE FUNCTION kf.scrub_mails(p_tenant uuid, p_email text, p_before timestamptz) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
    v_count int;
BEGIN
    UPDATE kf.mail m
    SET to_address = 'erased@erased.invalid', to_name = '', facts = '{}', secret_sealed = NULL, last_error = NULL,
        lease_until = NULL, state = CASE WHEN m.state IN ('due', 'sending') THEN 'skipped' ELSE m.state END
    WHERE m.tenant_id = p_tenant AND lower(m.to_address) = lower(p_email) AND m.created_at < p_before
      AND (m.kind LIKE 'waiting%'
           OR NOT EXISTS (SELECT FROM kf.staff s WHERE s.tenant_id = p_tenant AND s.email = lower(p_email)));
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;

-- Erases places in waiting lists, with the time reserved for them. Returns their number.
CREATE OR REPLACE FUNCTION kf.scrub_waiting(p_tenant uuid, p_ids uuid[]) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
    v_count int;
BEGIN
    UPDATE kf.claim c SET state = 'ended'
    FROM kf.waiting x
    WHERE x.tenant_id = p_tenant AND x.waiting_id = ANY (p_ids) AND x.state = 'offered'
      AND c.tenant_id = p_tenant AND c.claim_id = x.claim_id AND c.state = 'held';
    UPDATE kf.audit a
    SET object_name = '', before = kf.audit_scrubbed(a.before), after = kf.audit_scrubbed(a.after)
    WHERE a.tenant_id = p_tenant AND a.object_type = 'waiting' AND a.object_id = ANY (p_ids::text[]);
    DELETE FROM kf.waiting x WHERE x.tenant_id = p_tenant AND x.waiting_id = ANY (p_ids);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;
REVOKE ALL ON FUNCTION kf.customer_scrub, kf.scrub_mails, kf.scrub_waiting FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.customer_scrub TO konfirmado_app, konfirmado_owner;
RESET ROLE;
