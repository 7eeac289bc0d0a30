-- Writes the mails about a booking, in the transaction of the change: one kind to the customer, another to the
-- merchant. The merchant's goes to the professional (if there is an address; also to the former professional) and every
-- owner, or to the owners alone (kf.mail_to). Either kind may be null. Returns their number. A professional's mail
-- includes an event for their calendar program ("for_calendar": true, or "end" if the booking has gone to another
-- professional), unless we write into their calendar ourselves.
-- p_key, with the kind before it, makes each mail unique; null: it may be sent again. A mail is not written if it is no
-- longer useful or its address may not appear in a mail header, so a mail never stops a booking. The caller checks
-- whether the merchant wants the kinds (kf.mail_wanted).
CREATE OR REPLACE FUNCTION kf.mails_plan(t kf.tenant, b kf.booking, p_customer text, p_merchant text, p_key text,
                                         p_useful timestamptz, p_facts jsonb) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_to text := kf.mail_to(p_merchant);
    v_count int;
BEGIN
    IF p_useful <= v_now THEN
        RETURN 0;
    END IF;
    INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, to_name, language, facts, next_attempt_at,
                         created_at, booking_id, key, useful_until)
    SELECT t.tenant_id, gen_random_uuid(), q.kind, q.address, kf.mail_name(q.name), q.language, p_facts || q.more,
           v_now, v_now, b.booking_id, q.kind || '/' || p_key || q.whose, p_useful
    FROM (SELECT p_customer AS kind, b.customer_email AS address, b.customer_name AS name, b.language, '' AS whose,
                 CASE WHEN t.mail_notes ? p_customer THEN jsonb_build_object('note', t.mail_notes->p_customer->>b.language)
                      ELSE '{}' END AS more
          WHERE p_customer IS NOT NULL AND b.erased_at IS NULL AND kf.mail_address_fits(b.customer_email)
          UNION ALL
          (SELECT DISTINCT ON (w.who) p_merchant, w.address, w.name, w.language, '/' || w.id,
                  CASE max(w.event) OVER (PARTITION BY w.who)
                      WHEN 'event' THEN '{"for_calendar": true}'::jsonb
                      WHEN 'end' THEN '{"for_calendar": "end"}' ELSE '{}' END
           FROM (SELECT 1 AS n, f.professional_id AS id, f.email AS address, lower(f.email) AS who, f.name, t.language,
                        CASE WHEN EXISTS (SELECT FROM kf.calendar_connection c
                                          WHERE c.tenant_id = t.tenant_id AND c.professional_id = f.professional_id
                                            AND c.state = 'connected' AND c.write_calendar IS NOT NULL) THEN NULL
                             WHEN f.professional_id = b.professional_id THEN 'event' ELSE 'end' END AS event
                 FROM kf.professional f
                 WHERE f.tenant_id = t.tenant_id AND f.email IS NOT NULL AND v_to = 'team'
                   AND f.professional_id IN (b.professional_id, (p_facts->>'old_professional_id')::uuid)
                 UNION ALL
                 SELECT 0, s.staff_id, s.email, lower(s.email), s.name, s.language, NULL
                 FROM kf.staff s
                 WHERE s.tenant_id = t.tenant_id AND s.role = 'owner' AND s.state = 'active'
                   AND v_to IS NOT NULL) w
           WHERE kf.mail_address_fits(w.address)
           ORDER BY w.who, w.n)) q
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;

-- The same for one kind, to its audience.
CREATE OR REPLACE FUNCTION kf.mail_plan(t kf.tenant, b kf.booking, p_kind text, p_key text, p_useful timestamptz,
                                        p_facts jsonb) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
    v_customers boolean := kf.mail_to(p_kind) = 'customer';
BEGIN
    RETURN kf.mails_plan(t, b, CASE WHEN v_customers THEN p_kind END, CASE WHEN NOT v_customers THEN p_kind END, p_key,
                         p_useful, p_facts);
END
$$;
