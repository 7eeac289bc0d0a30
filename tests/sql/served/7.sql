\echo account_tested
SELECT kf.account_tested($1::uuid, $2::text, $3::text, $4::text) \gdesc
\echo actor_set
SELECT kf.actor_set($1::uuid, $2::jsonb, $3::boolean) \gdesc
\echo api_key_add
SELECT kf.api_key_add($1::uuid, $2::uuid, $3::jsonb, $4::bytea, $5::text, $6::uuid) \gdesc
\echo api_key_page
SELECT kf.api_key_page($1::uuid, $2::jsonb) \gdesc
\echo api_key_revoke
SELECT kf.api_key_revoke($1::uuid, $2::uuid) \gdesc
\echo api_key_use
SELECT tenant_id, key_id, name, scopes, suspended FROM kf.api_key_use($1::bytea) \gdesc
\echo auth_try_count
SELECT kf.auth_try_count($1::bytea, $2::bytea) \gdesc
\echo auth_try_give_back
SELECT kf.auth_try_give_back($1::bytea, $2::bytea, $3::bool) \gdesc
\echo auth_try_touch
SELECT kf.auth_try_touch($1::bytea) \gdesc
\echo booking_cancel
SELECT kf.booking_cancel($1::uuid, $2::uuid, $3::text, $4::text) \gdesc
\echo booking_read
SELECT booking_id, token_ok, status, payment_status, hold_alive, hold_expires_at, now, slot_start, slot_end, service_name, professional_name, professional_zone, customer_zone, customer_name, customer_email, price_cents, charge_cents, currency, language, link_public_id, return_url, callback_secret_sealed, version, service_id, professional_id, mailed FROM kf.booking_read($1::uuid, $2::uuid, $3::bytea) \gdesc
\echo booking_retry
SELECT booking_id, status, price_cents, charge_cents, currency, slot_start, slot_end, expires_at, reference, service_name, customer_name, customer_email, customer_phone, return_url, provider, mode, public_key, private_key_sealed, integrity_secret_sealed, events_secret_sealed FROM kf.booking_retry($1::uuid, $2::uuid, $3::bytea, $4::uuid, $5::timestamptz) \gdesc
\echo booking_start
SELECT booking_id, status, price_cents, charge_cents, currency, slot_start, slot_end, expires_at, reference, service_name, customer_name, customer_email, customer_phone, return_url, provider, mode, public_key, private_key_sealed, integrity_secret_sealed, events_secret_sealed FROM kf.booking_start($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::bytea, $6::text, $7::text, $8::text, $9::text, $10::text, $11::text, $12::timestamptz) \gdesc
\echo bookings_export_fetch
FETCH FORWARD 1000 FROM bookings_export \gdesc
\echo bookings_export_open
SELECT kf.bookings_export($1::uuid, $2::jsonb) \gdesc
\echo bookings_export_start
SELECT kf.bookings_export_start($1::uuid, $2::jsonb) \gdesc
\echo bookings_list
SELECT doc FROM kf.bookings_list($1::uuid, $2::text, $3::int) \gdesc
\echo busy_read
SELECT no, starts_at, ends_at, version, unread FROM kf.busy_read($1::uuid, $2::uuid[], $3::timestamptz, $4::timestamptz) \gdesc
\echo busy_read_except
SELECT no, starts_at, ends_at, version, unread FROM kf.busy_read_except($1::uuid, $2::uuid[], $3::timestamptz, $4::timestamptz, $5::uuid) \gdesc
\echo calendar_channel_ask
SELECT kf.calendar_channel_ask($1::uuid, $2::uuid, $3::text, $4::uuid, $5::bytea, $6::timestamptz) \gdesc
\echo calendar_channel_failed
SELECT kf.calendar_channel_failed($1::uuid, $2::uuid, $3::text, $4::text, $5::int) \gdesc
\echo calendar_channel_opened
SELECT kf.calendar_channel_opened($1::uuid, $2::uuid, $3::text, $4::timestamptz) \gdesc
\echo calendar_connect
SELECT kf.calendar_connect($1::uuid, $2::uuid, $3::bytea, $4::uuid, $5::text, $6::text, $7::timestamptz, $8::jsonb) \gdesc
\echo calendar_error
SELECT kf.calendar_error($1::uuid, $2::uuid, $3::text) \gdesc
\echo calendar_event_again
SELECT kf.calendar_event_again($1::uuid, $2::uuid, $3::int) \gdesc
\echo calendar_event_done
SELECT kf.calendar_event_done($1::uuid, $2::uuid, $3::int, $4::int, $5::text) \gdesc
\echo calendar_event_failed
SELECT kf.calendar_event_failed($1::uuid, $2::uuid, $3::int, $4::text, $5::text, $6::int, $7::int) \gdesc
\echo calendar_fresh_begin
SELECT $1::uuid AS tenant_id, connection_id, provider, refresh_token_sealed, access_token_sealed, access_expires_at, now, $2::uuid AS professional_id, lease, n, range_from, range_to, calendars, verdict, after FROM kf.calendar_fresh_begin($1::uuid, $2::uuid, $3::timestamptz, $4::timestamptz, $5::int) \gdesc
\echo calendar_grant_begin
SELECT kf.calendar_grant_begin($1::uuid, $2::uuid, $3::uuid, $4::text, $5::bytea, $6::bytea, $7::text) \gdesc
\echo calendar_grant_find
SELECT kf.calendar_grant_find($1::uuid, $2::uuid, $3::bytea) \gdesc
\echo calendar_grant_put
SELECT kf.calendar_grant_put($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::timestamptz, $8::jsonb) \gdesc
\echo calendar_grant_take
SELECT tenant_id, grant_id, provider, verifier_sealed, language, kf.now() FROM kf.calendar_grant_take($1::bytea, $2::bytea) \gdesc
\echo calendar_invitation_find
SELECT tenant_id, invitation_id, professional_id, professional, business, language, expires_at, state, connected FROM kf.calendar_invitation_find($1::bytea) \gdesc
\echo calendar_notify
SELECT kf.calendar_notify($1::uuid, $2::bytea, $3::text, $4::bigint, $5::boolean) \gdesc
\echo calendar_read_done
SELECT recovered FROM kf.calendar_read_done($1::uuid, $2::uuid, $3::int, $4::uuid, $5::timestamptz, $6::timestamptz, $7::timestamptz, $8::text, $9::int, $10::int) \gdesc
\echo calendar_read_failed
SELECT kf.calendar_read_failed($1::uuid, $2::uuid, $3::int, $4::uuid, $5::timestamptz, $6::text, $7::text, $8::int, $9::int) \gdesc
\echo calendar_revoke_result
SELECT kf.calendar_revoke_result($1::uuid, $2::uuid, $3::boolean, $4::text, $5::int) \gdesc
\echo calendar_stop_result
SELECT kf.calendar_stop_result($1::uuid, $2::uuid, $3::boolean, $4::int) \gdesc
\echo calendar_sync_done
SELECT kf.calendar_sync_done($1::uuid, $2::uuid, $3::text, $4::text, $5::jsonb, $6::boolean) \gdesc
\echo calendar_sync_failed
SELECT kf.calendar_sync_failed($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::int) \gdesc
\echo calendar_token_put
SELECT kf.calendar_token_put($1::uuid, $2::uuid, $3::text, $4::timestamptz, $5::text) \gdesc
\echo callback_secret_add
SELECT kf.callback_secret_add($1::uuid, $2::uuid, $3::text, $4::int) \gdesc
\echo catalog_read
SELECT catalog FROM kf.catalog_read($1::uuid, $2::text) \gdesc
\echo check_calendars
SELECT connected, failing, late, broken, unwritten FROM kf.calendars_check() \gdesc
\echo check_role
SELECT r.rolname::text, r.rolsuper, r.rolbypassrls, coalesce((SELECT pg_has_role(n.nspowner, 'MEMBER') FROM pg_namespace n WHERE n.nspname = 'kf'), false), current_setting('statement_timeout') <> '0', current_setting('server_version_num')::int, clock_timestamp() FROM pg_roles r WHERE r.rolname = current_user \gdesc
\echo check_tables
SELECT count(*)::int, (count(*) FILTER (WHERE x.open))::int, min(x.name) FILTER (WHERE x.open) FROM (SELECT c.relname::text AS name, NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS  (SELECT FROM pg_policy y WHERE y.polrelid = c.oid AND y.polname = 'tenant')) AS open  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped  WHERE c.relnamespace = 'kf'::regnamespace AND c.relkind IN ('r', 'p')) x \gdesc
\echo check_zones
SELECT count(*)::int, (count(*) FILTER (WHERE n.name IS NULL))::int FROM kf.zone_name z LEFT JOIN pg_timezone_names n USING (name) \gdesc
\echo closed_day_add
SELECT kf.closed_day_add($1::uuid, $2::text, $3::text) \gdesc
\echo closed_day_list
SELECT doc FROM kf.closed_day_list($1::uuid) \gdesc
\echo ctl_booking_move
SELECT kf.booking_move_by($1::uuid, $2::uuid, NULL, $3::jsonb, kf.now() - interval '15 minutes') \gdesc
\echo customer_keys
SELECT kf.customer_keys($1::uuid, $2::text) \gdesc
\echo doc_account_get
SELECT kf.account_get($1::uuid) \gdesc
\echo doc_audit_page
SELECT kf.audit_page($1::uuid, $2::jsonb) \gdesc
\echo doc_booking_add
SELECT kf.booking_add($1::uuid, $2::uuid, $3::jsonb, $4::timestamptz) \gdesc
\echo doc_booking_cancel_by
SELECT kf.booking_cancel_by($1::uuid, $2::uuid, $3::int, $4::jsonb) \gdesc
\echo doc_booking_doc
SELECT kf.booking_doc($1::uuid, $2::uuid) \gdesc
\echo doc_booking_mail_again
SELECT kf.booking_mail_again($1::uuid, $2::uuid, $3::jsonb->>'kind') \gdesc
\echo doc_booking_mark
SELECT kf.booking_mark($1::uuid, $2::uuid, $3::int, $4::jsonb) \gdesc
\echo doc_booking_move_by
SELECT kf.booking_move_by($1::uuid, $2::uuid, $3::int, $4::jsonb, $5::timestamptz) \gdesc
\echo doc_booking_page
SELECT kf.booking_page($1::uuid, $2::jsonb) \gdesc
\echo doc_branding_change
SELECT kf.branding_change($1::uuid, $2::int, $3::jsonb) \gdesc
\echo doc_branding_get
SELECT kf.branding_get($1::uuid) \gdesc
\echo doc_calendar_ahead
SELECT kf.calendar_ahead($1::uuid, $2::uuid, $3::int) \gdesc
\echo doc_calendar_change
SELECT kf.calendar_change($1::uuid, $2::uuid, $3::int, $4::jsonb) \gdesc
\echo doc_calendar_conflict_dismiss
SELECT kf.calendar_conflict_dismiss($1::uuid, $2::uuid) \gdesc
\echo doc_calendar_conflict_page
SELECT kf.calendar_conflict_page($1::uuid, $2::jsonb) \gdesc
\echo doc_calendar_disconnect
SELECT kf.calendar_disconnect($1::uuid, $2::uuid) \gdesc
\echo doc_calendar_event_retry
SELECT kf.calendar_event_retry($1::uuid, $2::uuid) \gdesc
\echo doc_calendar_get
SELECT kf.calendar_get($1::uuid, $2::uuid) \gdesc
\echo doc_calendar_invite
SELECT kf.calendar_invite($1::uuid, $2::uuid, $3::uuid, $4::bytea, $5::jsonb, $6::uuid, $7::text) \gdesc
\echo doc_calendar_read
SELECT kf.calendar_read($1::uuid, $2::jsonb) \gdesc
\echo doc_calendar_trouble
SELECT kf.calendar_trouble($1::uuid) \gdesc
\echo doc_checklist_get
SELECT kf.checklist_get($1::uuid) \gdesc
\echo doc_choices_read
SELECT kf.choices_read($1::uuid) \gdesc
\echo doc_closed_day_add
SELECT kf.closed_day_add($1::uuid, $2::jsonb) \gdesc
\echo doc_closed_day_page
SELECT kf.closed_day_page($1::uuid, $2::jsonb) \gdesc
\echo doc_closed_day_remove
SELECT kf.closed_day_remove($1::uuid, $2::text) \gdesc
\echo doc_credit_page
SELECT kf.credit_page($1::uuid, $2::jsonb) \gdesc
\echo doc_credit_resolve
SELECT kf.credit_resolve($1::uuid, $2::uuid, $3::jsonb) \gdesc
\echo doc_customer_erase
SELECT kf.customer_erase($1::uuid, $2::text) \gdesc
\echo doc_customer_export
SELECT kf.customer_export($1::uuid, $2::text) \gdesc
\echo doc_feed_create
SELECT kf.feed_create($1::uuid, $2::uuid, $3::uuid, $4::bytea) \gdesc
\echo doc_feed_get
SELECT kf.feed_get($1::uuid, $2::uuid) \gdesc
\echo doc_feed_revoke
SELECT kf.feed_revoke($1::uuid, $2::uuid) \gdesc
\echo doc_figures_read
SELECT kf.figures_read($1::uuid, $2::jsonb) \gdesc
\echo doc_link_add
SELECT kf.link_add($1::uuid, $2::uuid, $3::jsonb) \gdesc
\echo doc_link_change
SELECT kf.link_change($1::uuid, $2::uuid, $3::int, $4::jsonb) \gdesc
\echo doc_link_deactivate
SELECT kf.link_deactivate($1::uuid, $2::uuid, $3::int) \gdesc
\echo doc_link_get
SELECT kf.link_get($1::uuid, $2::uuid) \gdesc
\echo doc_link_page
SELECT kf.link_page($1::uuid, $2::jsonb) \gdesc
\echo doc_mail_channel_get
SELECT kf.mail_channel_get($1::uuid) \gdesc
\echo doc_mail_channel_put
SELECT kf.mail_channel_put($1::uuid, $2::int, $3::jsonb, $4::text) \gdesc
\echo doc_mail_channel_remove
SELECT CASE WHEN kf.mail_channel_remove($1::uuid) THEN '{}'::jsonb END \gdesc
\echo doc_mail_channel_test
SELECT kf.mail_channel_test_by($1::uuid, $2::uuid, $3::uuid) \gdesc
\echo doc_mail_trouble
SELECT kf.mail_trouble($1::uuid) \gdesc
\echo doc_message_again
SELECT kf.message_again($1::uuid, $2::text) \gdesc
\echo doc_message_doc
SELECT kf.message_doc($1::uuid, $2::text) \gdesc
\echo doc_message_page
SELECT kf.message_page($1::uuid, $2::jsonb) \gdesc
\echo doc_message_test
SELECT kf.message_test($1::uuid) \gdesc
\echo doc_professional_add
SELECT kf.professional_add($1::uuid, $2::uuid, $3::jsonb) \gdesc
\echo doc_professional_archive
SELECT kf.professional_archive($1::uuid, $2::uuid, $3::int) \gdesc
\echo doc_professional_change
SELECT kf.professional_change($1::uuid, $2::uuid, $3::int, $4::jsonb) \gdesc
\echo doc_professional_get
SELECT kf.professional_get($1::uuid, $2::uuid) \gdesc
\echo doc_professional_hours
SELECT CASE WHEN d IS NOT NULL THEN jsonb_build_object('id', d->'id', 'version', d->'version', 'time_zone', d->'time_zone', 'hours', d->'hours', 'overrides', d->'overrides') END FROM kf.professional_get($1::uuid, $2::uuid) d \gdesc
\echo doc_professional_hours_put
SELECT CASE WHEN d IS NOT NULL THEN jsonb_build_object('id', d->'id', 'version', d->'version', 'time_zone', d->'time_zone', 'hours', d->'hours', 'overrides', d->'overrides') END FROM kf.professional_hours_put($1::uuid, $2::uuid, $3::int, $4::jsonb) d \gdesc
\echo doc_professional_page
SELECT kf.professional_page($1::uuid, $2::jsonb) \gdesc
\echo doc_professional_restore
SELECT kf.professional_restore($1::uuid, $2::uuid, $3::int) \gdesc
\echo doc_refund_done
SELECT kf.refund_done($1::uuid, $2::uuid, $3::jsonb) \gdesc
\echo doc_refund_page
SELECT kf.refund_page($1::uuid, $2::jsonb) \gdesc
\echo doc_refund_retry
SELECT kf.refund_retry($1::uuid, $2::uuid) \gdesc
\echo doc_rules_change
SELECT kf.rules_change($1::uuid, $2::int, $3::jsonb) \gdesc
\echo doc_rules_get
SELECT kf.rules_get($1::uuid) \gdesc
\echo doc_secret_list
SELECT kf.secret_list($1::uuid) \gdesc
\echo doc_service_add
SELECT kf.service_add($1::uuid, $2::uuid, $3::jsonb) \gdesc
\echo doc_service_archive
SELECT kf.service_archive($1::uuid, $2::uuid, $3::int) \gdesc
\echo doc_service_change
SELECT kf.service_change($1::uuid, $2::uuid, $3::int, $4::jsonb) \gdesc
\echo doc_service_get
SELECT kf.service_get($1::uuid, $2::uuid) \gdesc
\echo doc_service_page
SELECT kf.service_page($1::uuid, $2::jsonb) \gdesc
\echo doc_service_restore
SELECT kf.service_restore($1::uuid, $2::uuid, $3::int) \gdesc
\echo doc_subdomain_free
SELECT kf.subdomain_free($1::uuid, $2::text) \gdesc
\echo doc_waiting_page
SELECT kf.waiting_page($1::uuid, $2::jsonb) \gdesc
\echo doc_waiting_remove
SELECT kf.waiting_remove($1::uuid, $2::uuid) \gdesc
\echo event_result
SELECT kf.event_result($1::uuid, $2::uuid, $3::bool, $4::text, $5::int) \gdesc
\echo event_store
SELECT stored FROM kf.event_store($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::text, $8::bytea) \gdesc
\echo feed_find
SELECT tenant_id, feed_id, professional, business, language, state FROM kf.feed_find($1::bytea) \gdesc
\echo feed_read
SELECT booking_id, sequence, changed_at, slot_start, slot_end, service, customer_name, customer_phone, place, meeting_url FROM kf.feed_read($1::uuid, $2::uuid) \gdesc
\echo figures_roll
SELECT kf.figures_roll($1::int) \gdesc
\echo full_days
SELECT starts_at, ends_at FROM kf.full_days($1::uuid, $2::uuid, $3::timestamptz, $4::timestamptz, $5::uuid) \gdesc
\echo funnel_add
SELECT kf.funnel_add($1::jsonb) \gdesc
\echo health
SELECT schema_version, now, test_clock FROM kf.health() \gdesc
\echo hold_create
SELECT claim_id, professional_id, professional_name, slot_start, slot_end, expires_at, price_cents, charge_cents, currency FROM kf.hold_create($1::uuid, $2::uuid, $3::text, $4::uuid, $5::uuid, $6::timestamptz, $7::bytea, $8::int, $9::text, $10::bytea, $11::timestamptz) \gdesc
\echo hold_read
SELECT claim_id, link_public_id, service_id::text, professional_id::text, service_name, professional_name, professional_zone, slot_start, slot_end, state, expires_at, now, price_cents, charge_cents, currency, customer_zone, booking_id, policy FROM kf.hold_read($1::uuid, $2::bytea) \gdesc
\echo hold_release
SELECT kf.hold_release($1::uuid, $2::uuid, $3::bytea) \gdesc
\echo hook_find
SELECT provider, mode, public_key, private_key_sealed, integrity_secret_sealed, events_secret_sealed, tenant_id, kf.now() FROM kf.hook_find($1::text) \gdesc
\echo idempotency_begin
SELECT status, body FROM kf.idempotency_begin($1::uuid, $2::text, $3::text, $4::bytea) \gdesc
\echo idempotency_erase
UPDATE kf.idempotency i SET body = '', status = 409 WHERE i.tenant_id = $1::uuid AND i.route = $2::text AND i.key = $3::text \gdesc
\echo idempotency_finish
SELECT kf.idempotency_finish($1::uuid, $2::text, $3::text, $4::bytea, $5::int, $6::text) \gdesc
\echo idempotency_page
SELECT i.route, i.key, i.body FROM kf.idempotency i WHERE i.tenant_id = $1::uuid AND i.body <> '' AND (i.route, i.key) > ($2::text, $3::text) ORDER BY i.route, i.key LIMIT $4::int \gdesc
\echo link_create
SELECT kf.link_create($1::uuid, $2::uuid, $3::text, $4::jsonb) \gdesc
\echo link_list
SELECT doc FROM kf.link_list($1::uuid) \gdesc
\echo login_failed
SELECT kf.login_failed($1::uuid, $2::uuid, $3::jsonb) \gdesc
\echo login_unknown
SELECT kf.login_unknown($1::bytea) \gdesc
\echo mail_list
SELECT doc FROM kf.mail_list($1::uuid, $2::text, $3::int, $4::uuid) \gdesc
\echo mail_resend
SELECT kf.mail_resend($1::uuid, $2::uuid) \gdesc
\echo mail_result
SELECT state FROM kf.mail_result($1::uuid, $2::uuid, $3::text, $4::text, $5::int, $6::text) \gdesc
\echo mails_waiting
SELECT due, untried, dead, oldest FROM kf.mails_waiting() \gdesc
\echo message_body
SELECT kf.message_body($1::uuid, $2::text, $3::bytea) \gdesc
\echo message_resend
SELECT kf.message_resend($1::uuid, $2::text) \gdesc
\echo message_result
SELECT state FROM kf.message_result($1::uuid, $2::text, $3::int, $4::int, $5::text, $6::text, $7::bytea, $8::int, $9::int) \gdesc
\echo messages_list
SELECT doc FROM kf.messages_list($1::uuid, $2::text, $3::int, $4::text) \gdesc
\echo password_change
SELECT kf.password_change($1::uuid, $2::uuid, $3::uuid, $4::text, $5::text, $6::jsonb) \gdesc
\echo password_reset
SELECT kf.password_reset($1::bytea, $2::text, $3::jsonb) \gdesc
\echo payment_account_active
SELECT provider, mode, public_key, private_key_sealed, integrity_secret_sealed, events_secret_sealed FROM kf.payment_account_active($1::uuid) \gdesc
\echo payment_account_limit
SELECT kf.payment_account_limit($1::uuid, $2::text, $3::text, $4::bigint) \gdesc
\echo payment_account_list
SELECT doc FROM kf.payment_account_list($1::uuid) \gdesc
\echo payment_account_put
SELECT kf.payment_account_put($1::uuid, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text) \gdesc
\echo payment_apply
SELECT outcome FROM kf.payment_apply($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::bigint, $8::text, $9::text, $10::bool, $11::text, $12::text) \gdesc
\echo payment_returned
SELECT kf.payment_returned($1::uuid, $2::uuid, $3::text) \gdesc
\echo payments_list
SELECT doc FROM kf.payments_list($1::uuid, $2::boolean, $3::int) \gdesc
\echo poll_result
SELECT kf.poll_result($1::uuid, $2::uuid, $3::int, $4::bool, $5::text) \gdesc
\echo professional_create
SELECT kf.professional_create($1::uuid, $2::uuid, $3::jsonb) \gdesc
\echo professional_hours_set
SELECT kf.professional_hours_set($1::uuid, $2::uuid, $3::jsonb) \gdesc
\echo professional_list
SELECT doc FROM kf.professional_list($1::uuid) \gdesc
\echo profile_change
SELECT kf.profile_change($1::uuid, $2::uuid, $3::jsonb) \gdesc
\echo recovery_replace
SELECT kf.recovery_replace($1::uuid, $2::uuid, $3::jsonb, $4::jsonb) \gdesc
\echo refund_result
SELECT kf.refund_result($1::uuid, $2::uuid, $3::text, $4::text, $5::text) \gdesc
\echo registration_sweep
SELECT kf.registration_sweep($1::int) \gdesc
\echo second_factor_get
SELECT kf.second_factor_get($1::uuid, $2::uuid) \gdesc
\echo secret_replace
SELECT kf.secret_replace($1::uuid, $2::text, $3::text, $4::text, $5::text) \gdesc
\echo secrets_list
SELECT what, ref, sealed FROM kf.secrets_list($1::uuid) \gdesc
\echo service_create
SELECT kf.service_create($1::uuid, $2::uuid, $3::jsonb) \gdesc
\echo service_list
SELECT doc FROM kf.service_list($1::uuid) \gdesc
\echo session_create
SELECT kf.session_create($1::uuid, $2::uuid, $3::uuid, $4::bytea, $5::text, $6::jsonb) \gdesc
\echo session_end
SELECT kf.session_end($1::uuid, $2::uuid, $3::uuid, $4::text, $5::jsonb) \gdesc
\echo session_page
SELECT kf.session_page($1::uuid, $2::uuid, $3::uuid) \gdesc
\echo session_sweep
SELECT kf.session_sweep($1::int) \gdesc
\echo session_use
SELECT tenant_id, staff_id, session_id, email, name, role, language, totp_on, suspended FROM kf.session_use($1::bytea) \gdesc
\echo staff_accept
SELECT kf.staff_accept($1::bytea, $2::jsonb, $3::jsonb) \gdesc
\echo staff_change
SELECT kf.staff_change($1::uuid, $2::uuid, $3::int, $4::jsonb) \gdesc
\echo staff_find
SELECT tenant_id, staff_id, email, name, role, state, language, password_hash, totp_sealed, totp_on, totp_last_step, suspended, business FROM kf.staff_find($1::text) \gdesc
\echo staff_get
SELECT kf.staff_get($1::uuid, $2::uuid) \gdesc
\echo staff_invite
SELECT kf.staff_invite($1::uuid, $2::uuid, $3::jsonb, $4::bytea, $5::uuid, $6::text) \gdesc
\echo staff_known
SELECT kf.staff_known($1::uuid, $2::uuid) \gdesc
\echo staff_own
SELECT tenant_id, staff_id, email, name, role, state, language, password_hash, totp_sealed, totp_on, totp_last_step, suspended, business FROM kf.staff_own($1::uuid, $2::uuid) \gdesc
\echo staff_page
SELECT kf.staff_page($1::uuid, $2::jsonb) \gdesc
\echo staff_register
SELECT kf.staff_register($1::uuid, $2::uuid, $3::jsonb, $4::bytea, $5::uuid, $6::text, $7::jsonb) \gdesc
\echo staff_register_again
SELECT kf.staff_register_again($1::uuid, $2::uuid, $3::jsonb, $4::bytea, $5::uuid, $6::text, $7::jsonb) \gdesc
\echo staff_reset
SELECT kf.staff_reset($1::uuid, $2::text, $3::text, $4::bytea, $5::bool) \gdesc
\echo staff_verify
SELECT kf.staff_verify($1::bytea, $2::jsonb) \gdesc
\echo take_time
SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '60s', true), set_config('idle_in_transaction_session_timeout', '0', true) \gdesc
\echo tenant_create
SELECT kf.tenant_create($1::uuid, $2::jsonb) \gdesc
\echo tenant_delete
SELECT kf.tenant_delete($1::uuid, $2::boolean) \gdesc
\echo tenant_export_fetch
FETCH FORWARD 50 FROM tenant_export \gdesc
\echo tenant_export_open
SELECT kf.tenant_export($1::uuid) \gdesc
\echo tenant_find
SELECT tenant_id, tenant FROM kf.tenant_find($1::text, $2::text) \gdesc
\echo tenant_list
SELECT doc FROM kf.tenant_list() \gdesc
\echo tenant_suspend
SELECT kf.tenant_suspend($1::uuid, $2::boolean) \gdesc
\echo tenant_update
SELECT kf.tenant_update($1::uuid, $2::jsonb) \gdesc
\echo token_find
SELECT email, business, language FROM kf.token_find($1::text, $2::bytea) \gdesc
\echo token_link
SELECT kf.token_link($1::uuid, $2::uuid, $3::text, $4::bytea, $5::uuid, $6::text) \gdesc
\echo token_sweep
SELECT kf.token_sweep($1::int) \gdesc
\echo totp_begin
SELECT kf.totp_begin($1::uuid, $2::uuid, $3::text) \gdesc
\echo totp_disable
SELECT kf.totp_disable($1::uuid, $2::uuid, $3::jsonb) \gdesc
\echo totp_enable
SELECT kf.totp_enable($1::uuid, $2::uuid, $3::text, $4::bigint, $5::jsonb, $6::jsonb) \gdesc
\echo upload_find
SELECT media_type, size, bytes FROM kf.upload_find($1::text) \gdesc
\echo upload_put
SELECT kf.upload_put($1::uuid, $2::uuid, $3::int, $4::jsonb, $5::bytea) \gdesc
\echo upload_sweep
SELECT name, in_folder FROM kf.upload_sweep($1::int) \gdesc
\echo visit_act_token
SELECT kf.visit_act_token($1::uuid, $2::bytea, $3::text, $4::text, $5::bytea) \gdesc
\echo visit_cancel
SELECT kf.visit_cancel($1::uuid, $2::bytea, $3::bigint, $4::text, $5::bytea) \gdesc
\echo visit_doc
SELECT kf.visit_doc($1::uuid, $2::bytea, $3::text) \gdesc
\echo visit_end
SELECT kf.visit_end($1::uuid, $2::uuid) \gdesc
\echo visit_find
SELECT tenant_id, booking_id, purpose, state FROM kf.visit_find($1::bytea) \gdesc
\echo visit_mint
SELECT kf.visit_mint($1::uuid, $2::uuid, $3::text, $4::bytea, NULL) \gdesc
\echo visit_move
SELECT kf.visit_move($1::uuid, $2::bytea, $3::timestamptz, $4::uuid, $5::bytea, $6::timestamptz) \gdesc
\echo visit_offer
SELECT kf.visit_offer($1::uuid, $2::uuid) \gdesc
\echo visit_pay
SELECT booking_id, status, price_cents, charge_cents, currency, slot_start, slot_end, expires_at, reference, service_name, customer_name, customer_email, customer_phone, return_url, provider, mode, public_key, private_key_sealed, integrity_secret_sealed, events_secret_sealed FROM kf.visit_pay($1::uuid, $2::bytea, $3::uuid, $4::timestamptz) \gdesc
\echo visit_reminders
SELECT kf.visit_reminders($1::uuid, $2::bytea, $3::boolean) \gdesc
\echo waiting_add
SELECT kf.waiting_add($1::uuid, $2::uuid, $3::jsonb) \gdesc
\echo waiting_doc
SELECT kf.waiting_doc($1::uuid, $2::bytea) \gdesc
\echo waiting_find
SELECT tenant_id, waiting_id, kind, state FROM kf.waiting_find($1::bytea) \gdesc
\echo waiting_leave
SELECT kf.waiting_leave($1::uuid, $2::bytea) \gdesc
\echo waiting_mint
SELECT kf.waiting_mint($1::uuid, $2::uuid, $3::text, $4::bytea) \gdesc
\echo waiting_take
SELECT claim_id, professional_id, professional_name, slot_start, slot_end, expires_at, price_cents, charge_cents, currency FROM kf.waiting_take($1::uuid, $2::bytea, $3::bytea, $4::int) \gdesc
\echo windows_many
SELECT no, origin, lo, hi, until FROM kf.windows_many($1::uuid, $2::uuid[], $3::timestamptz, $4::timestamptz) \gdesc
\echo work_calendar_channels
SELECT tenant_id, connection_id, provider, refresh_token_sealed, access_token_sealed, access_expires_at, kf.now(), calendar_id FROM kf.work_calendar_channels($1::int, $2::int) \gdesc
\echo work_calendar_events
SELECT tenant_id, connection_id, provider, refresh_token_sealed, access_token_sealed, access_expires_at, kf.now(), booking_id, event_id, n, calendar_id, wanted, wanted_version, written_version, attempts, meeting, guest, summary, starts_at, ends_at, zone, language, business, service_name, professional_name, customer_name, customer_email, customer_phone, notes, booking_status FROM kf.work_calendar_events($1::int, $2::int) \gdesc
\echo work_calendar_reads
SELECT tenant_id, connection_id, provider, refresh_token_sealed, access_token_sealed, access_expires_at, now, professional_id, lease, n, range_from, range_to, calendars FROM kf.work_calendar_reads($1::int, $2::int) \gdesc
\echo work_calendar_revokes
SELECT tenant_id, connection_id, provider, refresh_token_sealed, access_token_sealed, access_expires_at, kf.now() FROM kf.work_calendar_revokes($1::int, $2::int) \gdesc
\echo work_calendar_stops
SELECT tenant_id, connection_id, provider, refresh_token_sealed, access_token_sealed, access_expires_at, kf.now(), channel_id, resource_id FROM kf.work_calendar_stops($1::int, $2::int) \gdesc
\echo work_calendar_syncs
SELECT tenant_id, connection_id, provider, refresh_token_sealed, access_token_sealed, access_expires_at, kf.now(), calendar_id, sync_token FROM kf.work_calendar_syncs($1::int, $2::int) \gdesc
\echo work_events
SELECT provider, mode, public_key, private_key_sealed, integrity_secret_sealed, events_secret_sealed, tenant_id, event_id, tx_id, reference, attempts FROM kf.work_events($1::int, $2::int) \gdesc
\echo work_mails
SELECT tenant_id, mail_id, kind, to_address, to_name, language, facts, secret_sealed, created_at, business, zone_offset, kf.now(), attempts, booking_id, booking_status, needs_tokens, useful_until, zone, primary_color, secondary_color, logo_url, contact, reply_to, channel_kind, channel_host, channel_port, channel_security, channel_username, channel_secret_sealed, channel_from_name, channel_from_address FROM kf.work_mails($1::int, $2::int, $3::bool) \gdesc
\echo work_messages
SELECT tenant_id, message_id, facts, url, body, secrets, kf.now() FROM kf.work_messages($1::int, $2::int, $3::int) \gdesc
\echo work_polls
SELECT provider, mode, public_key, private_key_sealed, integrity_secret_sealed, events_secret_sealed, tenant_id, attempt_id, reference, tx_hint FROM kf.work_polls($1::int, $2::int) \gdesc
\echo work_refunds
SELECT provider, mode, public_key, private_key_sealed, integrity_secret_sealed, events_secret_sealed, tenant_id, refund_id, tx_id, amount_cents, currency, attempts, once, asked, provider_ref FROM kf.work_refunds($1::int, $2::int) \gdesc
\echo work_reminders
SELECT sent + skipped FROM kf.work_reminders($1::int) \gdesc
\echo work_retention
SELECT kf.work_retention($1::int) \gdesc
\echo work_sweep
SELECT holds, bookings FROM kf.work_sweep($1::int) \gdesc
\echo work_waiting
SELECT seen FROM kf.work_waiting($1::int) \gdesc
\echo zone_range
SELECT range_from, range_to, at, offset_s FROM kf.zone_range($1::text, $2::text::date, $3::text::date) \gdesc
