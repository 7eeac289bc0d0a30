-- Which bookings a page shows, for kf.booking_page, which has looked at the document. Under row
-- security no index of texts is used (its operators may tell of rows that are not ours), so the
-- directory looks, in the tenant that is set and no other; the rows are read under row security.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.booking_ids(p jsonb, p_from timestamptz, p_to timestamptz,
                                          p_after timestamptz, p_after_id uuid, p_limit int)
RETURNS TABLE (slot_start timestamptz, booking_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp ROWS 50
AS $$
DECLARE
    v_tenant uuid := NULLIF(current_setting('kf.tenant', true), '')::uuid;
    v_words text[] := kf.search_words(p->>'search');
BEGIN
    RETURN QUERY EXECUTE kf.booking_query(p, p_after IS NOT NULL, coalesce(cardinality(v_words), 0))
    USING v_tenant, p, p_from, p_to, p_after, p_after_id, p_limit, v_words;
END
$$;
REVOKE ALL ON FUNCTION kf.booking_ids FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.booking_ids TO konfirmado_app, konfirmado_owner;
RESET ROLE;
