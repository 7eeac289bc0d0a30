-- outside a transaction
-- Holds that were refused are counted like the steps of customers, by the bound that refused them.
ALTER TABLE kf.funnel_event DROP CONSTRAINT IF EXISTS funnel_event_step_check;
ALTER TABLE kf.funnel_event ADD CONSTRAINT funnel_event_step_check
    CHECK (step IN ('service_selected', 'slot_selected', 'details_entered', 'payment_initiated', 'payment_approved',
                    'refused_address', 'refused_network', 'refused_share')) NOT VALID;
ALTER TABLE kf.funnel_event VALIDATE CONSTRAINT funnel_event_step_check;
