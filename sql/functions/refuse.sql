-- Ends the act with a refusal: SQLSTATE of class KF, the sentence for the client, and the name of the field at fault,
-- if any.
CREATE OR REPLACE FUNCTION kf.refuse(p_code text, p_message text, p_field text DEFAULT '')
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = p_code, MESSAGE = p_message, COLUMN = p_field;
END
$$;
