-- The most common course of bookings, by the functions of the application: held, paid by card, sent to the merchant's
-- system (which acknowledges) and by mail to the customer, the professional and the owner, two reminders, completed.
-- Ten businesses with two professionals each. For tests/bench/bytes; needs tests/sql/fixture.sql.
\set ON_ERROR_STOP on
CREATE SCHEMA bench;
GRANT USAGE ON SCHEMA bench TO PUBLIC;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(n) FROM generate_series(1, 10) n;
UPDATE kf.professional SET email = 'p' || right(professional_id::text, 4) || '@clinic.example';
INSERT INTO kf.staff (tenant_id, staff_id, email, name, role, state, password_hash, created_at)
SELECT tenant_id, gen_random_uuid(), 'owner@' || subdomain || '.example', 'Laura Gómez', 'owner', 'active', 'x', created_at
FROM kf.tenant;

-- A booking p_n: all rows that the application writes until its start.
CREATE PROCEDURE bench.book(p_n int) LANGUAGE plpgsql AS $$
DECLARE
    v_business int := 1 + p_n % 10;
    v_tenant uuid := t.id(v_business * 100);
    v_slot int := p_n / 20;
    -- 18 half hours a day, without those of the break
    v_start timestamptz := timestamptz '2026-06-03 13:00Z' + v_slot / 18 * interval '1 day'
        + (v_slot % 18 + CASE WHEN v_slot % 18 >= 8 THEN 2 ELSE 0 END) * interval '30 minutes';
    v_first text := (ARRAY['María', 'Ana', 'Luisa', 'Camila', 'Carlos', 'Andrés', 'Óscar', 'Hernán'])[1 + p_n % 8];
    v_last text := (ARRAY['Pérez', 'Gómez', 'Rodríguez', 'Martínez', 'Cárdenas', 'Quintero', 'Zapata'])[1 + p_n % 7];
    v_id uuid := t.id(100000 + p_n);
    v_event uuid := gen_random_uuid();
    v_tx text := '1' || lpad(p_n::text, 7, '0') || '-1780000000-' || lpad((p_n * 7919 % 100000)::text, 5, '0');
    v_reference text;
    v_message text;
BEGIN
    PERFORM kf.hold_create(v_tenant, v_id, 'link' || lpad(v_business::text, 3, '0'), t.id(v_business * 100 + 1),
        t.id(v_business * 100 + 11 + p_n / 10 % 2), v_start, t.hash('token ' || p_n), 600, 'America/Bogota', NULL);
    SELECT b.reference INTO v_reference
    FROM kf.booking_start(v_tenant, v_id, gen_random_uuid(), v_id, t.hash('token ' || p_n), v_first || ' ' || v_last,
        lower(left(v_first, 1)) || p_n || '@customer.example', '+57300' || lpad(p_n::text, 7, '0'), '', 'es', 'America/Bogota') b;
    PERFORM kf.event_store(v_tenant, v_event, 'wompi', v_tx || ' APPROVED', v_tx, v_reference, 'APPROVED', convert_to(format(
        '{"event":"transaction.updated","data":{"transaction":{"id":"%s","amount_in_cents":3000000,"reference":"%s",'
        '"customer_email":"c%s@customer.example","currency":"COP","payment_method_type":"CARD",'
        '"redirect_url":"https://clinic.example/back","status":"APPROVED","shipping_address":null,"payment_link_id":null,'
        '"payment_source_id":null}},"environment":"test","signature":{"properties":["transaction.id","transaction.status",'
        '"transaction.amount_in_cents"],"checksum":"%s"},"timestamp":1780000000,"sent_at":"2026-06-01T12:00:00.000Z"}',
        v_tx, v_reference, p_n, encode(t.hash(v_tx), 'hex')), 'UTF8'));
    PERFORM kf.payment_apply(v_tenant, gen_random_uuid(), 'wompi', v_tx, v_reference, 'APPROVED', 3000000, 'COP', 'CARD', true,
                             'event', 'test');
    PERFORM kf.event_result(v_tenant, v_event, true, 'applied', 0);
    UPDATE kf.payment_attempt a SET state = 'closed', polls = 1 WHERE a.tenant_id = v_tenant AND a.booking_id = v_id;
    -- the delivery: leased, built, acknowledged
    UPDATE kf.outbox o SET state = 'sending', lease_until = kf.now(), next_attempt_at = kf.now()
    WHERE o.tenant_id = v_tenant AND o.booking_id = v_id RETURNING o.message_id INTO v_message;
    PERFORM kf.message_body(v_tenant, v_message, convert_to((SELECT o.facts - 'terms' FROM kf.outbox o
        WHERE o.tenant_id = v_tenant AND o.message_id = v_message)::text, 'UTF8'));
    PERFORM kf.message_result(v_tenant, v_message, 200, 83, '203.0.113.7', NULL, '{"ok":true}', NULL, 0);
    PERFORM bench.mailed(v_tenant, v_id);
END $$;

-- Sends the queued mails about a booking; a customer's mail contains links.
CREATE FUNCTION bench.mailed(p_tenant uuid, p_booking uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    m record;
BEGIN
    FOR m IN UPDATE kf.mail x SET state = 'sending', lease_until = kf.now()
             WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking AND x.state = 'due' RETURNING x.mail_id, x.kind LOOP
        IF m.kind IN ('booking_confirmed', 'reminder_24h', 'reminder_1h') THEN
            PERFORM kf.visit_mint(p_tenant, p_booking, w, t.hash(m.mail_id || w), NULL)
            FROM unnest(CASE m.kind WHEN 'booking_confirmed' THEN ARRAY['view', 'move', 'cancel']
                                    ELSE ARRAY['view', 'move', 'cancel', 'reminders'] END) w;
        END IF;
        PERFORM kf.mail_result(p_tenant, m.mail_id, 'sent', NULL, 0, '<' || m.mail_id || '@mail.konfirmado.example>');
    END LOOP;
END $$;

-- Bookings p_from up to p_to.
CREATE PROCEDURE bench.book_all(p_from int, p_to int) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN p_from..p_to - 1 LOOP
        CALL bench.book(i);
        COMMIT;
    END LOOP;
END $$;

-- A day passes, hour by hour: reminders are sent, bookings are completed, expired rows are deleted.
CREATE PROCEDURE bench.live(p_from timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    FOR h IN 0..23 LOOP
        PERFORM t.clock(p_from + h * interval '1 hour');
        COMMIT;
        WHILE (SELECT sent + skipped > 0 FROM kf.work_reminders(500)) LOOP
            COMMIT;
        END LOOP;
        FOR r IN SELECT DISTINCT m.tenant_id, m.booking_id FROM kf.work_mails(100000, 60) m WHERE m.booking_id IS NOT NULL LOOP
            PERFORM set_config('kf.tenant', r.tenant_id::text, true);
            UPDATE kf.mail x SET state = 'due'
            WHERE x.tenant_id = r.tenant_id AND x.booking_id = r.booking_id AND x.state = 'sending';
            PERFORM bench.mailed(r.tenant_id, r.booking_id);
        END LOOP;
        CALL bench.sweep();
    END LOOP;
END $$;

-- (the first function does not return a count)
CREATE PROCEDURE bench.sweep(p_least int DEFAULT 1) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1..1000000 LOOP
        PERFORM kf.work_sweep(500);
        EXIT WHEN greatest(kf.told_sweep(500), kf.claim_sweep(500)) = 0 AND i >= p_least;
        COMMIT;
    END LOOP;
END $$;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA bench TO PUBLIC;
