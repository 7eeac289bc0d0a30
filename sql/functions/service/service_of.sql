-- A service's row from its document; members not in the document come from s.
CREATE OR REPLACE FUNCTION kf.service_of(s kf.service, p jsonb) RETURNS kf.service
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    d jsonb;
BEGIN
    s := jsonb_populate_record(s, kf.doc_row('service', to_jsonb(s), p));
    d := to_jsonb(s) || p;
    s.currency := coalesce(kf.doc_match(d, 'currency', '^[A-Z]{3}$', false),
                           (SELECT t.currency FROM kf.tenant t WHERE t.tenant_id = s.tenant_id));
    s.deposit_cents := kf.doc_int(d, 'deposit_cents', 0, s.price_cents, s.charge_type = 'partial_fixed');
    s.cancel_tiers := kf.doc_tiers(d, 'cancel_tiers');
    RETURN s;
END
$$;
