-- Which of 'address' and 'network' has reached its limit of unpaid holds of a business (null or 0: no limit); null:
-- neither. p_replaces: the hash of the token of a hold that is about to end. Concurrent requests are not seen, so they
-- may exceed the limit. (A separate function, because the calling statement would be planned anew for each network.)
CREATE OR REPLACE FUNCTION kf.holder_bound(p_tenant uuid, p_address bigint, p_network bigint, p_max_address int,
                                           p_max_network int, p_replaces bytea) RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN (SELECT CASE WHEN count(*) FILTER (WHERE y.holder_address = p_address) >= nullif(p_max_address, 0) THEN 'address'
                        WHEN count(*) >= nullif(p_max_network, 0) THEN 'network' END
            FROM kf.claim y
            WHERE y.tenant_id = p_tenant AND y.holder_network = p_network AND y.state IN ('held', 'pending')
              AND y.expires_at > kf.now() AND y.token_hash IS DISTINCT FROM p_replaces);
END
$$;

-- Unpaid claims may take p_share per cent of a professional's working time in the 24 hours around a start. Above that,
-- the next hold needs a proof of work, of p_bits at first and eight times as much work for the last hold of the day:
-- KF428, with the bits as its message. The first two holds of a day never need one, because honest customers soon fill
-- a short day.
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

-- Whether a live claim overlaps the time of c. One index scan also finds what unpaid claims take within twelve hours of
-- it. o: the hold that c replaces, which does not count. Refusal: KF428 as above.
CREATE OR REPLACE FUNCTION kf.claim_look(c kf.claim, o kf.claim, p_now timestamptz, p_bounds int[], p_work int)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    x record;
BEGIN
    SELECT coalesce(bool_or(y.starts_at < c.ends_at AND y.ends_at > c.starts_at), false) AS taken,
           count(y.expires_at) FILTER (WHERE y.starts_at >= c.starts_at - interval '12 hours'
               AND NOT (y.starts_at = o.starts_at AND o.professional_id = c.professional_id) IS TRUE) > 1
               AND p_work IS NOT NULL AND p_bounds[3] BETWEEN 1 AND 99 AS crowded,
           sum(y.ends_at - y.starts_at) FILTER (WHERE y.starts_at >= c.starts_at - interval '12 hours'
               AND NOT (y.starts_at = o.starts_at AND o.professional_id = c.professional_id) IS TRUE
               AND y.expires_at IS NOT NULL) AS kept
    INTO x
    FROM kf.claim y
    WHERE y.tenant_id = c.tenant_id AND y.professional_id = c.professional_id
      AND y.starts_at > c.starts_at - interval '24 hours'
      AND y.starts_at < greatest(c.ends_at, c.starts_at + interval '12 hours')
      AND y.state IN ('held', 'pending', 'booked') AND (y.expires_at IS NULL OR y.expires_at > p_now);
    IF x.crowded AND (o.claim_id IS NOT NULL OR NOT x.taken) THEN
        PERFORM kf.hold_share_check(c, x.kept, p_bounds[3], p_bounds[4], p_work);
    END IF;
    RETURN x.taken;
END
$$;
