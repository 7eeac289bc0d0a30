-- Holds that were refused are counted like the steps of customers, by the bound that refused them. What is there keeps to
-- the narrower rule, so nothing is to be looked through.
ALTER TABLE kf.funnel_event DROP CONSTRAINT funnel_event_step_check,
    ADD CONSTRAINT funnel_event_step_check CHECK (step IN ('service_selected', 'slot_selected', 'details_entered',
        'payment_initiated', 'payment_approved', 'refused_address', 'refused_network', 'refused_share')) NOT VALID;
