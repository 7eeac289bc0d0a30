-- What the application may do to the tables. History and the log of sendings are only added to.
GRANT SELECT ON ALL TABLES IN SCHEMA kf TO konfirmado_app;
GRANT INSERT, UPDATE ON kf.tenant, kf.service, kf.professional, kf.booking_link,
    kf.payment_account, kf.callback_secret, kf.claim, kf.booking, kf.payment_attempt, kf.payment,
    kf.refund, kf.webhook_event, kf.outbox, kf.idempotency TO konfirmado_app;
GRANT INSERT, DELETE ON kf.professional_service, kf.working_hours, kf.date_override, kf.closed_day
    TO konfirmado_app;
GRANT INSERT, UPDATE ON kf.staff, kf.recovery_code, kf.session, kf.api_key, kf.token, kf.mail,
    kf.upload, kf.daily_figure TO konfirmado_app;
GRANT INSERT, UPDATE ON kf.calendar_invitation, kf.calendar_grant, kf.calendar_connection, kf.calendar_source,
    kf.calendar_channel, kf.calendar_busy, kf.calendar_event, kf.calendar_conflict TO konfirmado_app;
GRANT INSERT, UPDATE ON kf.visit_token, kf.mail_channel, kf.reminder, kf.waiting, kf.freed, kf.feed TO konfirmado_app;
GRANT INSERT ON kf.waiting_token TO konfirmado_app;
GRANT INSERT ON kf.link_ask, kf.hold_frame TO konfirmado_app;
GRANT INSERT, UPDATE, DELETE ON kf.tenant_domain, kf.callback_endpoint TO konfirmado_app;
GRANT DELETE ON kf.mail_channel, kf.waiting TO konfirmado_app;
-- What was read of a calendar is forgotten with it.
GRANT DELETE ON kf.calendar_busy TO konfirmado_app;
GRANT DELETE ON kf.idempotency, kf.recovery_code TO konfirmado_app;
-- The audit log is only added to.
GRANT INSERT ON kf.audit, kf.funnel_event TO konfirmado_app;
GRANT INSERT, UPDATE ON kf.mail_day TO konfirmado_app;
REVOKE ALL ON kf.auth_try, kf.mail_hour, kf.free_address FROM konfirmado_app;
GRANT INSERT ON kf.booking_history, kf.callback_attempt TO konfirmado_app;
