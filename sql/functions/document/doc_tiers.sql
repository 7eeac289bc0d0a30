-- The tiers of a document, most hours first: [{"hours": 0-8760, "percent": 0-100}], at most five, each hour once. A
-- later cancellation never gets a higher percentage. Absent or null: a full refund until 24 hours before.
CREATE OR REPLACE FUNCTION kf.doc_tiers(p jsonb, p_key text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_list jsonb := p->p_key;
    v_one jsonb;
    v_tiers jsonb;
BEGIN
    IF coalesce(v_list, 'null') = 'null' THEN
        RETURN '[{"hours": 24, "percent": 100}]';
    ELSIF jsonb_typeof(v_list) <> 'array' OR jsonb_array_length(v_list) > 5 THEN
        PERFORM kf.refuse_field('This must be an array of at most 5 tiers', p_key, 'wrong_count', 0, 5);
    END IF;
    FOR v_one IN SELECT value FROM jsonb_array_elements(v_list) LOOP
        IF jsonb_typeof(v_one) <> 'object' OR v_one - ARRAY['hours', 'percent'] <> '{}'
           OR coalesce(v_one->>'hours', '') !~ '^[0-9]{1,4}$' OR jsonb_typeof(v_one->'hours') <> 'number'
           OR coalesce(v_one->>'percent', '') !~ '^[0-9]{1,3}$' OR jsonb_typeof(v_one->'percent') <> 'number'
           OR (v_one->>'hours')::int > 8760 OR (v_one->>'percent')::int > 100 THEN
            PERFORM kf.refuse('KF422', 'A tier must have hours from 0 to 8760 and a percent from 0 to 100', p_key);
        END IF;
    END LOOP;
    SELECT coalesce(jsonb_agg(jsonb_build_object('hours', (t->>'hours')::int, 'percent', (t->>'percent')::int)
                              ORDER BY (t->>'hours')::int DESC), '[]')
    INTO v_tiers FROM jsonb_array_elements(v_list) t;
    IF EXISTS (SELECT FROM jsonb_array_elements(v_tiers) WITH ORDINALITY a (t, n)
               JOIN jsonb_array_elements(v_tiers) WITH ORDINALITY b (t, n) ON b.n = a.n + 1
               WHERE a.t->'hours' = b.t->'hours' OR (a.t->>'percent')::int < (b.t->>'percent')::int) THEN
        PERFORM kf.refuse('KF422', 'Each number of hours must be unique, and a later cancellation must not refund more', p_key);
    END IF;
    RETURN v_tiers;
END
$$;
