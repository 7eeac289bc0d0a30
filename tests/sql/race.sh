#!/bin/bash
# Many concurrent clients for the same slots: no overlap with the constraint, overlaps without it (otherwise the race
# would prove nothing). usage: race.sh SOCKET_FOLDER (started by run, in its cluster)
set -eu
export PGHOST=$1
# On a busy machine a crowd waits longer than the statement timeout of a server.
export PGOPTIONS="${PGOPTIONS:-} -c statement_timeout=120s -c lock_timeout=120s"
clients=${KF_RACE_CLIENTS:-64}
rounds=${KF_RACE_ROUNDS:-200}
bench=$(ls /usr/lib/postgresql/*/bin/pgbench | tail -1)
script=$(mktemp)
trap 'rm -f "$script"' EXIT
# One hold per transaction, as the server does it.
cat >"$script" <<PGBENCH
SELECT nextval('t.turn')::int AS turn \\gset
SELECT t.former(:turn, $clients) AS former \\gset
SELECT t.race(:turn, $clients, :former);
PGBENCH

query() {
    psql -U postgres -d race -qXAt -v ON_ERROR_STOP=1 -c "$1"
}

# A database in which every call of t.race() is one client of one round. All clients of a round want about the same
# slot, with different lengths and buffers. An eighth of them move there from a former hold, and every round has an
# expired hold underneath.
prepare() {
    psql -U postgres -d postgres -qX -v ON_ERROR_STOP=1 -c 'DROP DATABASE IF EXISTS race' \
        -c 'CREATE DATABASE race TEMPLATE kf_template OWNER konfirmado_owner'
    psql -U postgres -d race -qX -v ON_ERROR_STOP=1 >/dev/null <<'SQL'
SET search_path = kf, t, pg_catalog;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1);
SELECT kf.professional_hours_set(t.id(100), t.id(111), '{"hours":[
    {"weekday":1,"starts":"00:00","ends":"24:00"},{"weekday":2,"starts":"00:00","ends":"24:00"},
    {"weekday":3,"starts":"00:00","ends":"24:00"},{"weekday":4,"starts":"00:00","ends":"24:00"},
    {"weekday":5,"starts":"00:00","ends":"24:00"},{"weekday":6,"starts":"00:00","ends":"24:00"},
    {"weekday":7,"starts":"00:00","ends":"24:00"}]}');
UPDATE kf.service SET horizon_days = 700;
CREATE SEQUENCE t.turn MINVALUE 0;
CREATE TABLE t.answer (round int, answer text);
GRANT ALL ON t.turn, t.answer TO konfirmado_app;
-- A former hold for every eighth client, half an hour about the time to come; 0: none.
CREATE FUNCTION t.former(p_turn int, p_clients int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    v_start timestamptz := timestamptz '2026-06-02 05:00Z' + (p_turn / p_clients) * interval '4 hours';
BEGIN
    IF p_turn % 8 > 0 THEN
        RETURN 0;
    END IF;
    PERFORM FROM kf.hold_create(t.id(100), gen_random_uuid(), 'link001', t.id(102), t.id(111),
        v_start - interval '30 minutes' + (p_turn / 8 % 4) * interval '15 minutes', t.hash('former ' || p_turn), 600, NULL, NULL);
    RETURN 1;
EXCEPTION WHEN SQLSTATE 'KF412' THEN
    RETURN 0;
END
$$;
CREATE FUNCTION t.race(p_turn int, p_clients int, p_former int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_start timestamptz := timestamptz '2026-06-02 05:00Z' + (p_turn / p_clients) * interval '4 hours';
    v_answer text := 'held';
BEGIN
    BEGIN
        PERFORM FROM kf.hold_create(t.id(100), gen_random_uuid(), 'link001', t.id(101 + p_turn % 3), t.id(111),
            v_start + (p_turn % 2) * interval '15 minutes', t.hash('turn ' || p_turn), 600, NULL,
            CASE WHEN p_former = 1 THEN t.hash('former ' || p_turn) END);
    EXCEPTION WHEN SQLSTATE 'KF412' THEN
        v_answer := 'refused';
    END;
    INSERT INTO t.answer VALUES (p_turn / p_clients, v_answer);
END
$$;
SELECT t.hold(1, 100000 + i, timestamptz '2026-06-02 05:00Z' + i * interval '4 hours') FROM generate_series(0, 399) i;
SELECT kf.clock_shift(601);
SQL
}

run() {
    "$bench" -n -M prepared -U konfirmado_app -c "$clients" -j 2 -t "$1" -f "$script" race >"$script.out" 2>&1 ||
        { grep -m3 ERROR "$script.out"; rm -f "$script.out"; return 1; }
    rm -f "$script.out"
}

# Without the constraint: reads, then takes a slot that was free at that moment. A single client loses nothing by it.
loosen() {
    query 'ALTER TABLE kf.claim DROP CONSTRAINT claim_no_overlap'
    query "CREATE OR REPLACE FUNCTION kf.claim_put(c kf.claim, p_patient boolean) RETURNS boolean LANGUAGE plpgsql AS \$\$
BEGIN
    IF kf.claim_taken(c, kf.now()) THEN
        RETURN false;
    END IF;
    UPDATE kf.claim o SET state = 'ended'
    WHERE o.professional_id = c.professional_id AND o.starts_at < c.ends_at AND o.ends_at > c.starts_at
      AND o.state <> 'ended' AND o.expires_at <= kf.now();
    PERFORM pg_sleep(0.002);
    INSERT INTO kf.claim SELECT c.*;
    RETURN true;
END \$\$"
}

overlaps() {
    query "SELECT count(*) FROM kf.claim a JOIN kf.claim b ON a.professional_id = b.professional_id AND a.claim_id < b.claim_id
           AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at) WHERE a.state <> 'ended' AND b.state <> 'ended'"
}

prepare
run "$rounds"
with=$(overlaps)
held=$(query "SELECT count(*) FROM t.answer WHERE answer = 'held'")
# (A former hold may have the time of its round, and keep it.)
empty=$(query "SELECT count(*) FROM (SELECT DISTINCT timestamptz '2026-06-02 05:00Z' + round * interval '4 hours' AS start FROM t.answer) x
               WHERE NOT EXISTS (SELECT FROM kf.claim c WHERE c.state <> 'ended' AND c.expires_at > kf.now()
                                   AND c.starts_at < x.start + interval '1 hour' AND c.ends_at > x.start)")
echo "race: $clients clients, $rounds rounds: $held held, $empty rounds whose time nobody has, $with overlaps"

prepare
loosen
run $((rounds / 5 + 1))
without=$(overlaps)
echo "race without the guard: $without overlaps"

# Bookings that move: all of a round to one slot, by their customers' links.
cat >"$script" <<PGBENCH
SELECT nextval('t.turn')::int AS turn \\gset
SELECT t.move(:turn, $clients);
PGBENCH
prepare_moves() {
    prepare
    query "SELECT setval('t.turn', 0, false)" >/dev/null
    psql -U postgres -d race -qX -v ON_ERROR_STOP=1 -v n=$(($1 * clients)) >/dev/null <<'SQL'
SET search_path = kf, t, pg_catalog;
SELECT set_config('kf.tenant', t.id(100)::text, false);
SELECT kf.service_change(t.id(100), t.id(102), NULL, '{"move_most":20,"move_until_hours":0}');
UPDATE kf.claim SET state = 'ended';
CREATE FUNCTION t.make(p_turn int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM t.hold(1, 200000 + p_turn, timestamptz '2026-06-20 05:00Z' + p_turn * interval '15 minutes', 2);
    PERFORM t.book(1, 200000 + p_turn);
    PERFORM kf.visit_mint(t.id(100), t.id(200000 + p_turn), 'move', t.hash('move ' || p_turn), NULL);
END
$$;
SELECT t.make(i) FROM generate_series(0, :n - 1) i;
CREATE FUNCTION t.move(p_turn int, p_clients int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_answer text := 'moved';
BEGIN
    BEGIN
        PERFORM kf.visit_move(t.id(100), t.hash('move ' || p_turn), timestamptz '2026-06-05 05:00Z' + p_turn / p_clients * interval '1 hour', NULL,
                              t.hash('view ' || p_turn));
    EXCEPTION WHEN SQLSTATE 'KF412' THEN
        v_answer := 'refused';
    END;
    INSERT INTO t.answer VALUES (p_turn / p_clients, v_answer);
END
$$;
SQL
}

moves=${KF_RACE_MOVES:-12}
prepare_moves "$moves"
run "$moves"
won=$(query "SELECT count(*) FROM (SELECT round FROM t.answer GROUP BY round HAVING count(*) FILTER (WHERE answer = 'moved') = 1 AND count(*) = $clients) x")
moved=$(overlaps)
# Everybody has one time: the one they see.
astray=$(query "SELECT count(*) FROM kf.booking b JOIN kf.claim c USING (tenant_id, claim_id) WHERE c.state <> 'booked' OR c.slot_start <> b.slot_start")
spare=$(query "SELECT count(*) FROM kf.claim c WHERE c.state <> 'ended' AND NOT EXISTS (SELECT FROM kf.booking b WHERE b.claim_id = c.claim_id)")
echo "race of moves: $clients customers, $moves rounds: $won with one winner, $moved overlaps, $astray astray, $spare spare"
prepare_moves 2
loosen
run 2
unguarded=$(overlaps)
echo "race of moves without the guard: $unguarded overlaps"

# Links with three uses and many holds for each: three bookings. Without a condition on the row itself, checked under
# its lock, there are more.
cat >"$script" <<PGBENCH
SELECT nextval('t.turn')::int AS turn \\gset
SELECT t.use(:turn, $clients);
PGBENCH
prepare_links() {
    prepare
    query "SELECT setval('t.turn', 0, false)" >/dev/null
    psql -U postgres -d race -qX -v ON_ERROR_STOP=1 -v n="$1" -v clients="$clients" >/dev/null <<'SQL'
SET search_path = kf, t, pg_catalog;
SELECT set_config('kf.tenant', t.id(100)::text, false);
UPDATE kf.claim SET state = 'ended';
SELECT kf.link_create(t.id(100), t.id(300 + i), 'race-' || i, '{"name":"Race","max_uses":3}') FROM generate_series(0, :n - 1) i;
SELECT h.claim_id FROM generate_series(0, :n * :clients - 1) i, kf.hold_create(t.id(100), t.id(200000 + i), 'race-' || i / :clients,
    t.id(102), t.id(111), timestamptz '2026-06-20 05:00Z' + i * interval '15 minutes', t.hash('token ' || 200000 + i), 6000, NULL, NULL) h;
CREATE FUNCTION t.use(p_turn int, p_clients int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_answer text := 'booked';
BEGIN
    BEGIN
        PERFORM t.book(1, 200000 + p_turn);
    EXCEPTION WHEN SQLSTATE 'KF411' THEN
        v_answer := 'refused';
    END;
    INSERT INTO t.answer VALUES (p_turn / p_clients, v_answer);
END
$$;
SQL
}

# Links with a number of bookings, or a count, other than three.
odd_links() {
    query "SELECT count(*) FROM kf.booking_link l WHERE l.max_uses = 3 AND (l.uses, (SELECT count(*) FROM kf.booking b WHERE b.link_id = l.link_id)) <> (3, 3)"
}

prepare_links 3
run 3
odd=$(odd_links)
booked=$(query "SELECT count(*) FROM t.answer WHERE answer = 'booked'")
echo "race for uses: $clients customers, 3 links of three uses: $booked booked, $odd links with another number"
prepare_links 3
query "CREATE OR REPLACE FUNCTION kf.link_use(p_tenant uuid, p_link uuid) RETURNS void LANGUAGE plpgsql AS \$\$
BEGIN
    IF EXISTS (SELECT FROM kf.booking_link l WHERE l.link_id = p_link AND l.uses >= l.max_uses) THEN
        PERFORM kf.refuse('KF411', 'This booking link is not valid');
    END IF;
    UPDATE kf.booking_link l SET uses = l.uses + 1 WHERE l.link_id = p_link;
END \$\$"
run 3
loose=$(odd_links)
echo "race for uses, asked first and counted then: $loose links with another number"
psql -U postgres -d postgres -qXc 'DROP DATABASE race'
[ "$booked" = 9 ] && [ "$odd" = 0 ] && [ "$loose" -gt 0 ] &&
    [ "$won" = "$moves" ] && [ "$moved" = 0 ] && [ "$astray" = 0 ] && [ "$spare" = 0 ] && [ "$unguarded" -gt 0 ] &&
    [ "$with" = 0 ] && [ "$empty" = 0 ] && [ "$held" -gt 0 ] && [ "$without" -gt 0 ]
