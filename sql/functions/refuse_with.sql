-- Ends the act with a refusal whose sentence has placeholders {1}, {2} ... for values. The sentence for the client is
-- filled in here. DETAIL has the sentence with its placeholders and the values, one per line, for translation.
CREATE OR REPLACE FUNCTION kf.refuse_with(p_code text, p_sentence text, p_field text, VARIADIC p_values text[])
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_said text := p_sentence;
BEGIN
    FOR i IN 1..cardinality(p_values) LOOP
        v_said := replace(v_said, '{' || i || '}', p_values[i]);
    END LOOP;
    RAISE EXCEPTION USING ERRCODE = p_code, MESSAGE = v_said, COLUMN = p_field,
        DETAIL = array_to_string(p_sentence || p_values, E'\n');
END
$$;
