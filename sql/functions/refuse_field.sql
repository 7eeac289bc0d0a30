-- Ends the act because a field is invalid: the sentence for the client, the field, the reason as a word of
-- lib/base/errors.def, and the minimum and maximum if they exist.
CREATE OR REPLACE FUNCTION kf.refuse_field(p_message text, p_field text, p_reason text, p_min bigint DEFAULT NULL,
    p_max bigint DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'KF422', MESSAGE = p_message, COLUMN = p_field,
        CONSTRAINT = concat_ws(' ', p_reason, p_min, p_max);
END
$$;
