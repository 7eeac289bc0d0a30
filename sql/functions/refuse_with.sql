-- Ends the act with a refusal whose sentence has values: {1}, {2} ... stand for them. The sentence for the client is
-- filled in here; DETAIL has it as it is written and its values, one a line, so that other languages can say the same.
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
