-- What stands around the time of c, in one look that the index answers: taken (a live claim is over it), and of the unpaid
-- ones that begin within twelve hours of it how many there are and what they keep. o: the hold that c takes the place of,
-- which does not count.
CREATE OR REPLACE FUNCTION kf.claim_look(c kf.claim, o kf.claim, p_now timestamptz, OUT taken boolean, OUT unpaid bigint,
                                         OUT kept interval)
LANGUAGE plpgsql
AS $$
DECLARE
    v_around timestamptz := c.starts_at - interval '12 hours';
    v_own timestamptz := CASE WHEN o.professional_id = c.professional_id THEN o.starts_at END;
BEGIN
    SELECT coalesce(bool_or(x.starts_at < c.ends_at AND x.ends_at > c.starts_at), false),
           count(x.expires_at) FILTER (WHERE x.starts_at >= v_around AND x.starts_at IS DISTINCT FROM v_own),
           sum(x.ends_at - x.starts_at) FILTER (WHERE x.starts_at >= v_around AND x.starts_at IS DISTINCT FROM v_own
                                                  AND x.expires_at IS NOT NULL)
    INTO taken, unpaid, kept
    FROM kf.claim x
    WHERE x.tenant_id = c.tenant_id AND x.professional_id = c.professional_id
      AND x.starts_at > c.starts_at - interval '24 hours'
      AND x.starts_at < greatest(c.ends_at, c.starts_at + interval '12 hours')
      AND x.state IN ('held', 'pending', 'booked') AND (x.expires_at IS NULL OR x.expires_at > p_now);
END
$$;

-- What is not paid may keep p_share per cent of a professional's working time in the 24 hours around a start. Above that
-- the next hold takes a proof of work, of p_bits at first and of eight times as much work for the last of the day: KF428,
-- its message the bits. The first two holds of a day never do: a short day is soon kept in good faith.
CREATE OR REPLACE FUNCTION kf.hold_share_check(c kf.claim, p_kept interval, p_share int, p_bits int, p_work int)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_from timestamptz := c.starts_at - interval '12 hours';
    v_to timestamptz := c.starts_at + interval '12 hours';
    v_share float8;
    v_bits int;
BEGIN
    SELECT 100 * extract(epoch FROM p_kept + (c.ends_at - c.starts_at))
           / extract(epoch FROM sum(least(w.until, v_to) - greatest(w.lo, v_from)))
    INTO v_share
    FROM kf.windows(c.tenant_id, c.professional_id, v_from, v_to) w;
    IF v_share > p_share THEN
        v_bits := p_bits + least(3, floor(4 * (v_share - p_share) / (100 - p_share)))::int;
        IF p_work < v_bits THEN
            PERFORM kf.refuse('KF428', v_bits::text, 'start');
        END IF;
    END IF;
END
$$;
