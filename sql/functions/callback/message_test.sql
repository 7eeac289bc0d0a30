-- A test message without a booking, in the usual format, for one of the merchant's systems; null: there is no such
-- address.
CREATE OR REPLACE FUNCTION kf.message_test_at(p_tenant uuid, p_endpoint uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_id text := 'msg_' || replace(gen_random_uuid()::text, '-', '');
    t kf.tenant;
    b kf.booking;
    e kf.callback_endpoint;
BEGIN
    IF p_endpoint <> p_tenant AND NOT EXISTS (SELECT FROM kf.callback_endpoint x
                                              WHERE x.tenant_id = p_tenant AND x.endpoint_id = p_endpoint) THEN
        RETURN NULL;
    END IF;
    e := kf.callback_check(p_tenant, p_endpoint);
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = p_tenant FOR NO KEY UPDATE;
    IF (SELECT count(*) FROM kf.outbox o WHERE o.tenant_id = p_tenant AND o.event = 'callback.test'
        AND o.created_at > kf.now() - interval '1 minute') >= 5 THEN
        PERFORM kf.refuse('KF429', 'At most five tests per minute are allowed');
    END IF;
    PERFORM kf.quota_check(p_tenant, 'messages');
    b.tenant_id := p_tenant;
    b.booking_id := '00000000-0000-0000-0000-000000000000';
    b.service_id := b.booking_id;
    b.professional_id := b.booking_id;
    b.status := 'confirmed';
    b.version := 1;
    b.source := 'link';
    b.language := t.language;
    b.customer_name := CASE t.language WHEN 'es' THEN 'Cliente de prueba' ELSE 'Test customer' END;
    b.customer_email := 'test@example.com';
    b.customer_phone := '+573000000000';
    b.notes := '';
    b.customer_zone := t.time_zone;
    b.accepted_terms_at := kf.now();
    b.slot_start := date_trunc('hour', kf.now()) + interval '1 day';
    b.slot_end := b.slot_start + interval '30 minutes';
    b.price_cents := 0;
    b.charge_cents := 0;
    b.currency := t.currency;
    b.terms := jsonb_build_object(
        'service_name', CASE t.language WHEN 'es' THEN 'Servicio de prueba' ELSE 'Test service' END,
        'professional_name', CASE t.language WHEN 'es' THEN 'Profesional de prueba' ELSE 'Test professional' END,
        'duration_min', 30, 'charge_type', 'total', 'professional_zone', t.time_zone);
    INSERT INTO kf.outbox (tenant_id, message_id, event, version, facts, url, next_attempt_at, created_at, endpoint_id)
    VALUES (p_tenant, v_id, 'callback.test', 1,
            kf.booking_facts(b, 'callback.test', NULL)
                || CASE e.form WHEN 'full' THEN '{}' ELSE jsonb_build_object('form', e.form) END,
            e.url, kf.now(), kf.now(), p_endpoint);
    PERFORM kf.audit_put(p_tenant, 'callback_tested', 'callback', v_id, 'callback.test');
    RETURN kf.message_doc(p_tenant, v_id);
END
$$;

-- The same for the first address.
CREATE OR REPLACE FUNCTION kf.message_test(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN kf.message_test_at(p_tenant, p_tenant);
END
$$;

-- For releases up to 24. To be removed when kf.meta 'serves' has passed 24.
CREATE OR REPLACE FUNCTION kf.message_test(p_tenant uuid, p_endpoint uuid) RETURNS jsonb
LANGUAGE sql
AS 'SELECT kf.message_test_at($1, $2)';
