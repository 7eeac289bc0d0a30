-- The booking that the merchant makes from a claim, with the customer of the document.
CREATE OR REPLACE FUNCTION kf.booking_by_hand(c kf.claim, p_id uuid, p jsonb) RETURNS kf.booking
LANGUAGE plpgsql
AS $$
DECLARE
    v_who jsonb;
    b kf.booking;
BEGIN
    IF jsonb_typeof(p->'customer') IS DISTINCT FROM 'object' THEN
        PERFORM kf.refuse_field('This must be an object', 'customer', 'wrong_type');
    END IF;
    SELECT jsonb_object_agg('customer.' || e.key, e.value) INTO v_who FROM jsonb_each(p->'customer') e;
    PERFORM kf.doc_members(coalesce(v_who, '{}'), ARRAY['customer.name', 'customer.email', 'customer.phone']);
    b := kf.booking_of(c, p_id, kf.doc_text(v_who, 'customer.name', 2, 100, true),
        kf.doc_email(v_who, 'customer.email', true),
        coalesce(kf.doc_match(v_who, 'customer.phone', '^(\+[1-9][0-9]{6,14})?$', false), ''),
        kf.doc_text(p, 'notes', 0, 1000, false),
        coalesce(kf.doc_match(p, 'language', '^(es|en)$', false),
                 (SELECT t.language FROM kf.tenant t WHERE t.tenant_id = c.tenant_id)), NULL);
    b.status := 'confirmed';
    b.source := 'manual';
    b.metadata := kf.doc_metadata(p, 'metadata');
    b.accepted_terms_at := NULL;
    b.hold_expires_at := b.created_at;
    RETURN b;
END
$$;
