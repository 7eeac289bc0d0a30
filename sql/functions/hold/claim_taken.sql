-- Whether a live claim, not expired, overlaps this one.
CREATE OR REPLACE FUNCTION kf.claim_taken(c kf.claim, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM kf.claim o
        WHERE o.tenant_id = c.tenant_id AND o.professional_id = c.professional_id
          AND o.starts_at > c.starts_at - interval '24 hours' AND o.starts_at < c.ends_at
          AND o.ends_at > c.starts_at AND o.state IN ('held', 'pending', 'booked')
          AND (o.expires_at IS NULL OR o.expires_at > p_now));
END
$$;
