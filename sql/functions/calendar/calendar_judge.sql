-- Whether a time, buffers included, is free in the professional's calendar, by a reading requested at p_after or later.
-- none: there is no calendar. stale: there is no such reading. unreadable: a reading failed since, or its retry is
-- not due yet, or the calendar must be connected again. p_except: a booking whose own event does not count.
CREATE OR REPLACE FUNCTION kf.calendar_judge(p_tenant uuid, p_professional uuid, p_starts_at timestamptz,
    p_ends_at timestamptz, p_after timestamptz, p_except uuid DEFAULT NULL) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_state text;
    b record;
BEGIN
    SELECT c.state INTO v_state FROM kf.calendar_connection c
    WHERE c.tenant_id = p_tenant AND c.professional_id = p_professional AND c.state <> 'disconnected';
    IF NOT FOUND THEN
        RETURN 'none';
    ELSIF v_state = 'error' THEN
        RETURN 'unreadable';
    ELSIF p_ends_at <= v_now THEN
        RETURN 'free';
    END IF;
    SELECT CASE WHEN p_except IS NULL THEN x.busy
                ELSE x.busy - kf.calendar_own(p_tenant, p_professional, p_except) END
           && tstzrange(p_starts_at, p_ends_at) AS taken INTO b
    FROM kf.calendar_busy x
    WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional
      AND x.covers @> tstzrange(greatest(p_starts_at, v_now), p_ends_at) AND x.read_at >= p_after
    ORDER BY x.read_at DESC LIMIT 1;
    IF FOUND THEN
        RETURN CASE WHEN b.taken THEN 'busy' ELSE 'free' END;
    END IF;
    IF EXISTS (SELECT FROM kf.calendar_busy x
               WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional
                 AND x.n = kf.calendar_row_of(p_starts_at, v_now)
                 AND (x.failed_at >= p_after OR x.failed_at IS NOT NULL AND v_now < x.next_read_at)) THEN
        RETURN 'unreadable';
    END IF;
    RETURN 'stale';
END
$$;

-- The same by present knowledge, however old: true only if the time is known to be taken.
CREATE OR REPLACE FUNCTION kf.calendar_taken(p_tenant uuid, p_professional uuid, p_starts_at timestamptz,
                                             p_ends_at timestamptz) RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM kf.calendar_busy x
                   WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional
                     AND x.busy && tstzrange(p_starts_at, p_ends_at));
END
$$;

-- Refuses a time that the calendar takes, or for which it must be read first (then the field names the professional,
-- the text the time).
CREATE OR REPLACE FUNCTION kf.calendar_check(p_tenant uuid, p_professional uuid, p_starts_at timestamptz,
    p_ends_at timestamptz, p_after timestamptz, p_except uuid DEFAULT NULL) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    CASE kf.calendar_judge(p_tenant, p_professional, p_starts_at, p_ends_at, p_after, p_except)
    WHEN 'busy' THEN
        PERFORM kf.refuse('KF412', 'This time is no longer available', 'start');
    WHEN 'stale' THEN
        PERFORM kf.refuse('KF432', kf.iso(p_starts_at), p_professional::text);
    WHEN 'unreadable' THEN
        PERFORM kf.refuse('KF420', 'The calendar cannot be read now', 'start');
    ELSE
        NULL;
    END CASE;
END
$$;
