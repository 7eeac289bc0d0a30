-- Ends the act because one field is not valid: the sentence for the client, the field, and what is wrong with it in a
-- word of lib/base/errors.def, with the least and the most that it may be where there are such.
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
