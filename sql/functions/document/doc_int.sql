-- An integer of a document, never with a fraction or an exponent.
CREATE OR REPLACE FUNCTION kf.doc_int(p jsonb, p_key text, p_min bigint, p_max bigint, p_required boolean)
RETURNS bigint
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v text := p->>p_key;
BEGIN
    IF v IS NULL THEN
        IF p_required THEN
            PERFORM kf.refuse_field('This is required', p_key, 'required');
        END IF;
        RETURN NULL;
    END IF;
    IF jsonb_typeof(p->p_key) <> 'number' OR v !~ '^-?[0-9]{1,16}$' THEN
        PERFORM kf.refuse_field('This must be a whole number', p_key, 'wrong_type');
    ELSIF v::bigint NOT BETWEEN p_min AND p_max THEN
        PERFORM kf.refuse_field(format('This must be a number from %s to %s', p_min, p_max), p_key, 'out_of_range',
            p_min, p_max);
    END IF;
    RETURN v::bigint;
END
$$;
