-- Makes the rows of busy time that a professional's services need, due now; deletes rows that nothing has needed for an
-- hour.
CREATE OR REPLACE FUNCTION kf.calendar_rows(p_tenant uuid, p_professional uuid, p_connection uuid) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_last int := kf.calendar_last_row(p_tenant, p_professional);
BEGIN
    INSERT INTO kf.calendar_busy (tenant_id, professional_id, n, connection_id, next_read_at)
    SELECT p_tenant, p_professional, i, p_connection, v_now FROM generate_series(0, v_last) i
    ON CONFLICT DO NOTHING;
    -- rows made for a single question
    UPDATE kf.calendar_busy b SET next_read_at = v_now
    WHERE b.tenant_id = p_tenant AND b.professional_id = p_professional AND b.n <= v_last
      AND b.next_read_at = 'infinity' AND b.failed_at IS NULL;
    DELETE FROM kf.calendar_busy b
    WHERE b.tenant_id = p_tenant AND b.professional_id = p_professional AND b.n > v_last
      AND coalesce(b.read_at, b.failed_at, '-infinity') < v_now - interval '1 hour'
      AND (b.lease_until IS NULL OR b.lease_until < v_now);
END
$$;
