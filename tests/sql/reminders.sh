#!/bin/bash
# A thousand reminders are due at once and eight workers look for them, while customers cancel: one mail for each, none
# twice, none for earlier cancellations. Without the lock and the key there are more (otherwise this would prove
# nothing). usage: reminders.sh SOCKET_FOLDER (started by run, in its cluster)
set -eu
export PGHOST=$1
# The same as in race.sh.
export PGOPTIONS="${PGOPTIONS:-} -c statement_timeout=120s -c lock_timeout=120s"
count=1100 # every eleventh is cancelled
bench=$(ls /usr/lib/postgresql/*/bin/pgbench | tail -1)
script=$(mktemp)
trap 'rm -f "$script" "$script.out"' EXIT
echo 'SELECT sent, skipped FROM kf.work_reminders(20);' >"$script"

query() {
    psql -U postgres -d reminders -qXAt -v ON_ERROR_STOP=1 -c "$1"
}

# Bookings in a day from now, each with both reminders; a second before they are due every eleventh is cancelled.
prepare() {
    psql -U postgres -d postgres -qX -v ON_ERROR_STOP=1 -c 'DROP DATABASE IF EXISTS reminders' \
        -c 'CREATE DATABASE reminders TEMPLATE kf_template OWNER konfirmado_owner'
    psql -U postgres -d reminders -qX -v ON_ERROR_STOP=1 -v count=$count >/dev/null <<'SQL'
SET search_path = kf, t, pg_catalog;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
CREATE FUNCTION t.booked(p_n int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_tenant int := 1 + p_n % 2;
    v_t uuid := t.id(v_tenant * 100);
    c kf.claim;
    b kf.booking;
BEGIN
    PERFORM set_config('kf.tenant', v_t::text, true);
    c := kf.claim_of(gen_random_uuid(), NULL, (SELECT s FROM kf.service s WHERE s.service_id = t.id(v_tenant * 100 + 2)),
                     timestamptz '2026-06-02 13:00Z' + p_n * interval '15 minutes', sha256(uuid_send(gen_random_uuid())), 0, 'America/Bogota');
    c.professional_id := t.id(v_tenant * 100 + 11);
    c.state := 'booked';
    c.expires_at := NULL;
    INSERT INTO kf.claim SELECT c.*;
    b := kf.booking_of(c, t.id(10000 + p_n), 'Ana', 'ana' || p_n || '@example.test', '', '', 'es', NULL);
    b.status := 'confirmed';
    b.hold_expires_at := b.created_at;
    PERFORM kf.booking_put(b, 'customer', '');
    -- all due at the same time
    UPDATE kf.reminder r SET due_at = '2026-06-01 13:00Z' WHERE r.booking_id = b.booking_id AND r.kind = 'reminder_24h';
END
$$;
SELECT t.booked(i) FROM generate_series(1, :count) i;
SELECT t.clock('2026-06-01 12:59:59Z');
SELECT kf.booking_cancel(t.id(100 * (1 + i % 2)), t.id(10000 + i), 'customer', '') FROM generate_series(11, :count, 11) i;
SELECT t.clock('2026-06-01 13:00Z');
SQL
}

# Eight sessions, each repeatedly taking twenty at a time.
run() {
    "$bench" -n -M prepared -U konfirmado_app -c 8 -j 2 -t 16 -f "$script" reminders >"$script.out" 2>&1 ||
        { grep -m3 ERROR "$script.out"; return 1; }
}

mails() {
    query "SELECT count(*) || ' ' || count(DISTINCT booking_id) || ' ' || count(*) FILTER (WHERE EXISTS (
               SELECT FROM kf.booking b WHERE b.booking_id = m.booking_id AND b.status = 'cancelled'))
           FROM kf.mail m WHERE m.kind = 'reminder_24h'"
}

prepare
run
with=$(mails)
due=$(query "SELECT count(*) FROM kf.reminder WHERE state = 'due' AND due_at <= kf.now()")
busy=$(query "SELECT count(DISTINCT xmin::text) FROM kf.mail WHERE kind = 'reminder_24h'")
echo "reminders: $count due, a hundred called off, 8 workers: mails, bookings, called off: $with; left: $due; in $busy transactions"

# Without the lock on the row, and without the key of the mail.
prepare
query "DROP INDEX kf.mail_key" >/dev/null
query "DO \$do\$ BEGIN EXECUTE replace(pg_get_functiondef('kf.work_reminders'::regproc),
           'FOR UPDATE OF r SKIP LOCKED
        FOR SHARE OF b SKIP LOCKED', ''); END \$do\$" >/dev/null
run
without=$(mails)
echo "reminders without lock and key: $without"
# The key alone prevents a second mail.
prepare
query "DO \$do\$ BEGIN EXECUTE replace(pg_get_functiondef('kf.work_reminders'::regproc),
           'FOR UPDATE OF r SKIP LOCKED
        FOR SHARE OF b SKIP LOCKED', ''); END \$do\$" >/dev/null
run
key=$(mails)
echo "reminders without the lock, with the key: $key"
psql -U postgres -d postgres -qXc 'DROP DATABASE reminders'
left=1000
[ "$with" = "$left $left 0" ] && [ "$due" = 0 ] && [ "$busy" -gt 8 ] && [ "${without%% *}" -gt $left ] &&
    [ "$key" = "${key%% *} ${key%% *} 0" ] && [ "${key%% *}" -gt 0 ]
