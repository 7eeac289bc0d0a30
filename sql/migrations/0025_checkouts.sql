-- A checkout that the provider makes by a call: its id and URL there, null until they are known. checkout_return is
-- where the provider sends the payer back to; it is set before the first call, so that all calls of an attempt are equal.
ALTER TABLE kf.payment_attempt ADD COLUMN checkout_return text, ADD COLUMN checkout_id text, ADD COLUMN checkout_url text;
