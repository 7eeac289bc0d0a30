-- The number of bookings of a business paid with real money that was not returned, 50 at most. Payments with test keys
-- do not count.
CREATE OR REPLACE FUNCTION kf.quota_paid(p_tenant uuid) RETURNS int
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT count(*) FROM (
        SELECT FROM kf.payment x JOIN kf.payment_attempt a USING (tenant_id, attempt_id)
        WHERE x.tenant_id = p_tenant AND x.state = 'applied' AND a.mode = 'production' LIMIT 50) p);
END
$$;

-- Whether its own texts and links may appear in mails: the operator trusts it, or a customer has paid it.
CREATE OR REPLACE FUNCTION kf.tenant_trusted(t kf.tenant) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN t.trusted_at IS NOT NULL OR EXISTS (
        SELECT FROM kf.payment x JOIN kf.payment_attempt a USING (tenant_id, attempt_id)
        WHERE x.tenant_id = t.tenant_id AND x.state = 'applied' AND a.mode = 'production');
END
$$;

-- The daily quotas of a business: {trusted, paid, age_days, mails (to strangers), recipients (addresses new to it;
-- null: no limit), messages (tests and repetitions of callbacks), bookings (by hand), exports}. They start small, grow
-- with each day and each paid booking, and are large for a trusted business. Quotas set by the operator take
-- precedence. trusted: its own texts and links may appear in mails.
CREATE OR REPLACE FUNCTION kf.quota_of(t kf.tenant) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_paid int;
    v_days int := least(greatest(floor(extract(epoch FROM kf.now() - t.created_at) / 86400), 0), 30);
BEGIN
    IF t.trusted_at IS NOT NULL THEN
        RETURN jsonb_build_object('trusted', true, 'mails', 20000, 'recipients', NULL, 'messages', 1000, 'bookings', 5000,
                                  'exports', 200) || coalesce(t.quotas, '{}');
    END IF;
    v_paid := kf.quota_paid(t.tenant_id);
    RETURN jsonb_build_object('trusted', v_paid > 0, 'paid', v_paid, 'age_days', v_days,
        'mails', 60 + 10 * v_days + 40 * v_paid, 'recipients', 25 + 5 * v_days + 20 * v_paid,
        'messages', 50 + 10 * v_days + 10 * v_paid, 'bookings', 20 + 5 * v_days + 20 * v_paid,
        'exports', 20 + v_days + v_paid) || coalesce(t.quotas, '{}');
END
$$;

-- The start of the day for quotas, in UTC, so that no setting of a business moves it.
CREATE OR REPLACE FUNCTION kf.quota_day() RETURNS timestamptz
LANGUAGE sql STABLE
AS $$ SELECT date_trunc('day', kf.now(), 'UTC') $$;

-- The sentence of a refusal: {1} is the quota, {2} the start of the next day.
CREATE OR REPLACE FUNCTION kf.quota_words(p_kind text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE p_kind
        WHEN 'bookings' THEN 'This business may make {1} bookings by hand a day: continue after {2}, or ask the operator for'
             ' more. The number grows with each day and each paid booking.'
        WHEN 'exports' THEN 'This business may export {1} files a day: continue after {2}, or ask the operator for more.'
             ' The number grows with each day and each paid booking.'
        ELSE 'This business may send {1} tests and resends a day: continue after {2}, or ask the operator for more.'
             ' The number grows with each day and each paid booking.' END
$$;

-- Refuses an act over the daily quota, for kinds counted by their rows: messages, bookings, exports. Concurrent acts
-- are counted one after the other.
CREATE OR REPLACE FUNCTION kf.quota_check(p_tenant uuid, p_kind text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_since timestamptz := kf.quota_day();
    v_most int;
    v_used int;
    t kf.tenant;
BEGIN
    PERFORM pg_advisory_xact_lock(kf.lock_key('quota', p_tenant, p_kind));
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = p_tenant;
    v_most := (kf.quota_of(t)->>p_kind)::int;
    v_used := CASE p_kind
        WHEN 'bookings' THEN (SELECT count(*) FROM kf.booking b
                              WHERE b.tenant_id = p_tenant AND b.created_at >= v_since AND b.source = 'manual')
        ELSE (SELECT count(*) FROM kf.audit a
              WHERE a.tenant_id = p_tenant AND a.at >= v_since
                AND a.action = ANY (CASE p_kind WHEN 'exports' THEN ARRAY['export_started']
                                                ELSE ARRAY['callback_tested', 'callback_resent'] END)) END;
    IF v_used >= v_most THEN
        PERFORM kf.refuse_with('KF424', kf.quota_words(p_kind), p_kind, v_most::text,
                               kf.iso_local(v_since + interval '1 day', t.time_zone));
    END IF;
END
$$;
