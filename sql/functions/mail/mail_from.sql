-- The sender address of a business's mails, which is also the organizer of its appointments; null: the operator's.
CREATE OR REPLACE FUNCTION kf.mail_from(p_tenant uuid) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN (SELECT c.from_address FROM kf.mail_channel c WHERE c.tenant_id = p_tenant AND c.active);
END
$$;
