-- Refuses a further thing of a kind if the business has reached its limit.
CREATE OR REPLACE FUNCTION kf.setup_check(p_tenant uuid, p_what text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_most int := kf.setup_limit(p_what);
    v_there bigint;
BEGIN
    CASE p_what
    WHEN 'professionals' THEN
        SELECT count(*) INTO v_there FROM kf.professional f WHERE f.tenant_id = p_tenant AND f.archived_at IS NULL;
    WHEN 'services' THEN
        SELECT count(*) INTO v_there FROM kf.service s WHERE s.tenant_id = p_tenant AND s.archived_at IS NULL;
    WHEN 'links' THEN
        SELECT count(*) INTO v_there FROM kf.booking_link l WHERE l.tenant_id = p_tenant AND l.active;
    END CASE;
    IF v_there >= v_most THEN
        PERFORM kf.refuse_with('KF422', CASE p_what WHEN 'professionals' THEN 'A business may have at most {1} professionals'
                                                    WHEN 'services' THEN 'A business may have at most {1} services'
                                                    ELSE 'A business may have at most {1} links' END, 'limit', v_most::text);
    END IF;
END
$$;
